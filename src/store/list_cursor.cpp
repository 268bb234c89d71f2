#include "list_cursor.hpp"

#include <charconv>

namespace bellwether::store {

std::string encode_list_cursor(const ListCursor& cursor) {
  return std::to_string(cursor.time.time_since_epoch().count()) + "_" + cursor.id;
}

Result<ListCursor> decode_list_cursor(std::string_view text) {
  std::int64_t milliseconds = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, milliseconds);
  if (error != std::errc() || stopped == end || *stopped != '_' || stopped + 1 == end)
    return invalid_input("'" + std::string(text) +
                         "' is no cursor; use the next_cursor of the page before");
  return ListCursor{TimePoint(Duration(milliseconds)), std::string(stopped + 1, end)};
}

}  // namespace bellwether::store
