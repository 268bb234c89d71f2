#pragma once

#include <string>
#include <string_view>

#include "bellwether/base/result.hpp"
#include "bellwether/document/json.hpp"

namespace bellwether::store {

/// Reads a JSON text we wrote ourselves: what does not read is damage, not a user's mistake.
///
/// `read` makes the value out of the node, and gives a Result of it.
template <class Read>
auto read_own_json(std::string_view text, std::string_view what, Read read)
    -> decltype(read(document::Node())) {
  const auto damaged = [&](const Error& error) {
    return corrupt(std::string(what) + " does not decode: " + error.message);
  };
  const auto node = document::parse_json(text);
  if (!node) return damaged(node.error());
  auto value = read(*node);
  if (!value) return damaged(value.error());
  return value;
}

}  // namespace bellwether::store
