#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bellwether/base/problem.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/document/node.hpp"

#include "route.hpp"

namespace bellwether::api::native {

// What a call says, once the gateway has found every parameter to be of its type.

std::optional<std::string> text_of(const Call& call, const std::string& name);
std::optional<TimePoint> time_of(const Call& call, const std::string& name);
std::optional<double> number_of(const Call& call, const std::string& name);

/// `dimension.NAME=VALUE`, by NAME.
std::map<std::string, std::string> dimensions_of(const Call& call);

/// `limit`: 100 unless told, at least 1, at most 1000.
std::size_t limit_of(const Call& call);

/// The revision in `If-Match`, if there is one.
///
/// Errors   invalid_input: it is none of ours.
Result<std::optional<std::uint64_t>> revision_of(const Call& call);

/// The body as JSON.
Result<document::Node> document_of(const Call& call);

Response json_response(int status, const document::Node& document);

/// The same with its revision as `ETag`.
Response json_response(int status, const document::Node& document, std::uint64_t revision);

/// The refusal to replace what is no longer as the caller believes.
Response revision_mismatch();

/// The parameters every list takes.
Parameter limit_parameter();
Parameter cursor_parameter();

/// One page of a whole list that is sorted by `name_of`.
template <class Item, class NameOf, class Write>
document::Node page_of(const std::vector<Item>& items, const std::string& member, const Call& call,
                       NameOf name_of, Write write) {
  const std::string after = text_of(call, "cursor").value_or("");
  const std::size_t limit = limit_of(call);
  document::Node::List page;
  std::string last;
  bool has_more = false;
  for (const Item& item : items) {
    if (!after.empty() && name_of(item) <= after) continue;
    if (page.size() == limit) {
      has_more = true;
      break;
    }
    last = name_of(item);
    page.push_back(write(item));
  }
  document::Node document;
  document.set(member, std::move(page));
  document.set("next_cursor", has_more ? document::Node(last) : document::Node());
  return document;
}

}  // namespace bellwether::api::native
