#pragma once

#include <string>
#include <string_view>

namespace bellwether::store {

/// Keys from `from` up to, not including, `to`; an empty `to` has no end.
struct KeyRange {
  std::string from;
  std::string to;
};

/// All keys that begin with `prefix`.
KeyRange keys_beginning_with(std::string_view prefix);

}  // namespace bellwether::store
