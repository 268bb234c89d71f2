#include "regime_memory.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace bellwether::detect {
namespace {

constexpr std::uint8_t known_from = 2;  // A level that was left so often.

}  // namespace

RegimeMemory::Recognition RegimeMemory::recognise(float residual, float z, float scale) {
  if (points_here_ < UINT16_MAX) ++points_here_;
  const float distance = std::fabs(z);
  Recognition found;
  if (distance > 3) {
    for (std::size_t k = 0; k < levels_.size(); ++k) {
      if (counts_[k] >= known_from && std::fabs(residual - levels_[k]) < 5 * scale)
        found.is_here = true;
    }
  }
  if (familiar_points_ > 0) --familiar_points_;
  if (found.is_here && distance > 4) familiar_points_ = 4;
  found.is_familiar = found.is_here || familiar_points_ > 0;
  return found;
}

bool RegimeMemory::is_home(float level, float reach) const {
  return points_here_ < points_at_home_ / 2 && std::fabs(level - home_) < reach;
}

void RegimeMemory::come_home() {
  points_here_ = static_cast<std::uint16_t>(std::min(points_here_ + points_at_home_, UINT16_MAX));
  points_at_home_ = 0;
}

void RegimeMemory::leave(float level, float scale) {
  if (points_here_ >= points_at_home_ / 2) {
    home_ = level;
    points_at_home_ = points_here_;
  }
  points_here_ = 0;
  const std::size_t place = place_for(level, scale);
  if (counts_[place] < UINT8_MAX) ++counts_[place];
}

void RegimeMemory::learn_as_told(float level, float scale) {
  const std::size_t place = place_for(level, scale);
  counts_[place] = std::max(counts_[place], known_from);
}

// Where the level stands among those that are known; a new one takes the place of another.
std::size_t RegimeMemory::place_for(float level, float scale) {
  std::size_t place = levels_.size();
  for (std::size_t k = 0; k < levels_.size(); ++k) {
    if (counts_[k] > 0 && std::fabs(level - levels_[k]) < 4 * scale) place = k;
  }
  if (place < levels_.size()) {
    levels_[place] += 0.2F * (level - levels_[place]);
  } else {
    // The level that was left least often makes room.
    place = static_cast<std::size_t>(std::min_element(counts_.begin(), counts_.end()) -
                                     counts_.begin());
    levels_[place] = level;
    counts_[place] = 0;
  }
  return place;
}

}  // namespace bellwether::detect
