#pragma once

#include <cstdint>
#include <string_view>

#include "bellwether/base/problem.hpp"
#include "bellwether/base/time.hpp"

namespace bellwether {

/// How far back the first run of a source that imports intervals looks: a span of time, or a number
/// of intervals. Both zero: only at the newest interval that is over.
struct Lookback {
  Duration span{0};
  std::uint64_t intervals = 0;

  bool operator==(const Lookback&) const = default;
};

/// Problems of a lookback at `field`.
Problems validate(std::string_view field, const Lookback& lookback);

}  // namespace bellwether
