#pragma once

#include <string>
#include <utility>

#include "bellwether/base/problem.hpp"
#include "bellwether/base/result.hpp"
#include "bellwether/document/section.hpp"

namespace bellwether::document {

/// All problems in one failure.
Error to_error(const Problems& problems);

/// Reads a whole document with `read(section)`, which gives the value.
template <class Read>
auto read_whole(const Node& node, Read read) -> Result<decltype(read(std::declval<Section&>()))> {
  Problems problems;
  Section section(node, "", problems);
  auto value = read(section);
  if (!problems.empty()) return to_error(problems);
  return value;
}

/// A number, or NaN for null.
void read_measurement(Section& section, std::string_view key, double& target);

/// A whole number into a narrower type; one that does not fit is a problem.
template <class T>
void optional_count(Section& section, std::string_view key, T& target) {
  std::uint64_t number = 0;
  if (!section.optional(key, number)) return;
  target = static_cast<T>(number);
  if (target != number) section.problem(key, "is too large");
}

/// The same for a key that must be there.
template <class T>
void read_count(Section& section, std::string_view key, T& target) {
  if (!section.has(key)) section.missing(key);
  optional_count(section, key, target);
}

/// A text, or nothing for null.
void read_id(Section& section, std::string_view key, std::string& target);

}  // namespace bellwether::document
