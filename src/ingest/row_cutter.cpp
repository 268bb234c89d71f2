#include "row_cutter.hpp"

#include <algorithm>
#include <cstddef>

namespace bellwether::ingest {
namespace {

/// The length of the object that `text` begins with, or of its line where the object does not end.
std::size_t object_length(std::string_view text) {
  std::size_t depth = 0;
  bool is_in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') return i;
    if (is_in_string) {
      if (c == '"') is_in_string = false;
      if (c == '\\' && i + 1 < text.size() && text[i + 1] != '\n') ++i;
    } else if (c == '"') {
      is_in_string = true;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && --depth == 0) {
      return i + 1;
    }
  }
  return text.size();
}

}  // namespace

std::string_view take_row(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  if (text.empty()) return text;
  const std::size_t length =
      text.front() == '{' ? object_length(text) : std::min(text.find('\n'), text.size());
  const std::string_view row = text.substr(0, length);
  text.remove_prefix(length);
  return row;
}

}  // namespace bellwether::ingest
