#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

#include "step_edges.hpp"

namespace bellwether::detect {

/// How a profile goes from one knot to the next.
enum class ProfileForm : std::uint8_t { smooth, steps };

/// Knots as a refit finds them.
class PlainKnots {
 public:
  PlainKnots() = default;
  explicit PlainKnots(std::span<const float> knots) : knots_(knots) {}

  int count() const { return static_cast<int>(knots_.size()); }
  float at(int knot) const { return knots_[static_cast<std::size_t>(knot)]; }

 private:
  std::span<const float> knots_;
};

/// Knots as a model keeps them: 16 bits each, in steps of their own. A step is 1/16,000 of the
/// largest knot or finer, far below the noise a model believes in.
class PackedKnots {
 public:
  PackedKnots() = default;
  PackedKnots(std::span<std::int16_t> steps, float& step) : steps_(steps), step_(&step) {}

  int count() const { return static_cast<int>(steps_.size()); }
  float at(int knot) const {
    return *step_ * static_cast<float>(steps_[static_cast<std::size_t>(knot)]);
  }

  void add(int knot, float amount) {
    std::int16_t& steps = steps_[static_cast<std::size_t>(knot)];
    float moved = static_cast<float>(steps) + amount / *step_;
    while (std::fabs(moved) > most_steps) {
      coarsen();
      moved = static_cast<float>(steps) + amount / *step_;
    }
    steps = static_cast<std::int16_t>(std::lrint(moved));
  }

  void assign(PlainKnots knots) {
    float largest = 0;
    for (int k = 0; k < count(); ++k) largest = std::max(largest, std::fabs(knots.at(k)));
    *step_ = std::max(largest / (most_steps / 2), least_step);
    for (int k = 0; k < count(); ++k) {
      steps_[static_cast<std::size_t>(k)] =
          static_cast<std::int16_t>(std::lrint(knots.at(k) / *step_));
    }
  }

 private:
  static constexpr float most_steps = 32'767;
  static constexpr float least_step = 1e-30F;

  void coarsen() {
    *step_ *= 2;
    for (std::int16_t& steps : steps_) steps = static_cast<std::int16_t>(steps / 2);
  }

  std::span<std::int16_t> steps_;
  float* step_ = nullptr;
};

/// The shape of one cycle: how far from its level a series is at each phase. A view of knots that
/// live elsewhere; without knots it is flat.
template <class Knots>
class CyclicProfile {
 public:
  CyclicProfile() = default;

  /// `period` is the cycle's length in points. `edges` of steps must outlive the profile.
  CyclicProfile(Knots knots, int period, ProfileForm form, const StepEdges* edges = nullptr)
      : knots_(knots),
        edges_(edges != nullptr && !edges->empty() ? edges : nullptr),
        knot_count_(knots.count()),
        period_(period),
        density_(static_cast<float>(knot_count_) / static_cast<float>(period)),
        is_smooth_(form == ProfileForm::smooth && knot_count_ < period) {}

  bool exists() const { return knot_count_ > 0; }

  float at(int phase) const {
    if (knot_count_ == 0) return 0;
    if (!is_smooth_) return knots_.at(step_of(phase));
    const Place place = place_of(phase);
    return knots_.at(place.left) * (1 - place.fraction) + knots_.at(place.right) * place.fraction;
  }

  /// Moves the knots beside `phase` by `amount` together.
  void nudge(int phase, float amount) {
    if (knot_count_ == 0) return;
    if (!is_smooth_) {
      knots_.add(step_of(phase), amount);
      return;
    }
    const Place place = place_of(phase);
    knots_.add(place.left, (1 - place.fraction) * amount);
    knots_.add(place.right, place.fraction * amount);
  }

  /// Knots per point.
  float density() const { return density_; }

 private:
  struct Place {
    int left;
    int right;
    float fraction;
  };

  // The half keeps the product away from the edge between two knots, so that rounding is harmless.
  int step_of(int phase) const {
    if (knot_count_ == period_) return phase;
    const int knot = static_cast<int>((static_cast<float>(phase) + 0.5F) * density_);
    if (edges_ == nullptr) return knot;
    return edges_->knot_at(knot, phase - knot * (period_ / knot_count_), knot_count_);
  }

  Place place_of(int phase) const {
    const float position = static_cast<float>(phase) * density_;
    const int left = static_cast<int>(position);
    return {left, left + 1 == knot_count_ ? 0 : left + 1, position - static_cast<float>(left)};
  }

  Knots knots_;
  const StepEdges* edges_ = nullptr;
  int knot_count_ = 0;
  int period_ = 1;
  float density_ = 0;
  bool is_smooth_ = false;
};

using FittedCycle = CyclicProfile<PlainKnots>;
using LearningCycle = CyclicProfile<PackedKnots>;

}  // namespace bellwether::detect
