#include "row_count.hpp"

#include <algorithm>

namespace bellwether::api {

void RowCount::take(std::string_view piece) {
  if (form_ == Form::array) return take_array(piece);
  rows_ += static_cast<std::uint64_t>(std::ranges::count(piece, '\n'));
}

void RowCount::take_array(std::string_view piece) {
  for (const char c : piece) {
    if (is_in_text_) {
      if (is_escaped_) {
        is_escaped_ = false;
      } else if (c == '\\') {
        is_escaped_ = true;
      } else if (c == '"') {
        is_in_text_ = false;
      }
      continue;
    }
    switch (c) {
      case '"':
        is_in_text_ = true;
        break;
      case '[':
      case '{':
        ++depth_;
        break;
      case ']':
      case '}':
        if (depth_ > 0) --depth_;
        break;
      case ',':
        if (depth_ == 1) ++rows_;
        break;
      default:
        break;
    }
  }
}

}  // namespace bellwether::api
