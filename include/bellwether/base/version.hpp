#pragma once

#include <string_view>

namespace bellwether {

/// The release this was built as, `0.1.0`: what `--version` prints and `User-Agent` says.
std::string_view version();

}  // namespace bellwether
