#pragma once

#include <string_view>

namespace bellwether {

/// Whether a part between slashes is `.` or `..`, which lead elsewhere than the text says.
inline bool has_dot_parts(std::string_view path) {
  while (true) {
    const std::string_view part = path.substr(0, path.find('/'));
    if (part == "." || part == "..") return true;
    if (part.size() == path.size()) return false;
    path.remove_prefix(part.size() + 1);
  }
}

}  // namespace bellwether
