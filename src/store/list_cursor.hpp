#pragma once

#include <string>
#include <string_view>

#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"

namespace bellwether::store {

/// The last entry of a page of a list that is ordered by time and id; the next page begins after
/// it, whatever was added meanwhile.
struct ListCursor {
  TimePoint time{};
  std::string id;

  bool operator==(const ListCursor&) const = default;
};

/// `<milliseconds>_<id>`.
std::string encode_list_cursor(const ListCursor& cursor);

/// Errors   invalid_input: not one of ours.
Result<ListCursor> decode_list_cursor(std::string_view text);

}  // namespace bellwether::store
