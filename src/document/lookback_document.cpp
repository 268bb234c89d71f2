#include "lookback_document.hpp"

namespace bellwether::document {

void read_lookback(Section& section, std::string_view key, Lookback& lookback) {
  const Node* node = section.raw(key);
  if (node == nullptr) return;
  if (node->as<std::string>() != nullptr) {
    section.optional(key, lookback.span);
  } else if (node->as<std::int64_t>() != nullptr || node->as<std::uint64_t>() != nullptr) {
    section.optional(key, lookback.intervals);
  } else {
    section.problem(key, "must be a duration such as 30d, or a number of intervals such as 500");
  }
}

void write_lookback(Node& node, std::string_view key, const Lookback& lookback) {
  if (lookback.span > Duration(0)) node.set(key, to_string(lookback.span));
  if (lookback.intervals > 0) node.set(key, lookback.intervals);
}

}  // namespace bellwether::document
