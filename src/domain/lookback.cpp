#include "bellwether/domain/lookback.hpp"

#include <string>

namespace bellwether {

Problems validate(std::string_view field, const Lookback& lookback) {
  constexpr std::uint64_t most_intervals = 10'000'000;
  constexpr Duration longest = std::chrono::days(36'500);
  if (lookback.span >= Duration(0) && lookback.span <= longest &&
      lookback.intervals <= most_intervals)
    return {};
  return {{std::string(field), "must be at most 36500d or 10000000 intervals", 0, 0}};
}

}  // namespace bellwether
