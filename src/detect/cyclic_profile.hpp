#pragma once

#include <cstdint>
#include <span>

namespace bellwether::detect {

/// How a profile goes from one knot to the next.
enum class ProfileForm : std::uint8_t { smooth, steps };

/// The shape of one cycle: how far from its level a series is at each phase. A view of knots that
/// live in a pool; without knots it is flat.
class CyclicProfile {
 public:
  CyclicProfile() = default;

  /// `period` is the cycle's length in points.
  CyclicProfile(std::span<float> knots, int period, ProfileForm form)
      : knots_(knots.data()),
        knot_count_(static_cast<int>(knots.size())),
        period_(period),
        is_smooth_(form == ProfileForm::smooth && knot_count_ < period) {}

  bool exists() const { return knot_count_ > 0; }

  float at(int phase) const {
    if (knot_count_ == 0) return 0;
    if (!is_smooth_) return knots_[step_of(phase)];
    const Place place = place_of(phase);
    return knots_[place.left] * (1 - place.fraction) + knots_[place.right] * place.fraction;
  }

  /// Moves the knots beside `phase` by `amount` together.
  void nudge(int phase, float amount) {
    if (knot_count_ == 0) return;
    if (!is_smooth_) {
      knots_[step_of(phase)] += amount;
      return;
    }
    const Place place = place_of(phase);
    knots_[place.left] += (1 - place.fraction) * amount;
    knots_[place.right] += place.fraction * amount;
  }

  /// Knots per point.
  float density() const { return static_cast<float>(knot_count_) / static_cast<float>(period_); }

 private:
  struct Place {
    int left;
    int right;
    float fraction;
  };

  int step_of(int phase) const {
    return knot_count_ == period_
               ? phase
               : static_cast<int>(static_cast<std::int64_t>(phase) * knot_count_ / period_);
  }

  Place place_of(int phase) const {
    const float position = static_cast<float>(phase) * density();
    const int left = static_cast<int>(position);
    return {left, left + 1 == knot_count_ ? 0 : left + 1, position - static_cast<float>(left)};
  }

  float* knots_ = nullptr;
  int knot_count_ = 0;
  int period_ = 1;
  bool is_smooth_ = false;
};

}  // namespace bellwether::detect
