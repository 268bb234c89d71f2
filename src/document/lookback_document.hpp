#pragma once

#include <string_view>

#include "bellwether/document/section.hpp"
#include "bellwether/domain/lookback.hpp"

namespace bellwether::document {

/// Reads a span (`30d`) or a number of intervals (`500`).
void read_lookback(Section& section, std::string_view key, Lookback& lookback);

/// Sets `key` where there is anything to say.
void write_lookback(Node& node, std::string_view key, const Lookback& lookback);

}  // namespace bellwether::document
