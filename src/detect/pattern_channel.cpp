#include "pattern_channel.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace bellwether::detect {
namespace {

constexpr float short_gain = 0.12F;
constexpr float long_gain = 0.03F;

// As long as a detector learns before it speaks: fewer contexts are too few to be all there are.
constexpr unsigned first_points = 300;
constexpr unsigned first_days = 60;

constexpr float weight_of_others = 0.7F;
constexpr float weight_of_novelty = 1.35F;
constexpr float most_novelty = 8;
constexpr float notable_evidence = 4.5F;  // Just below what alarms.
constexpr float outstanding_evidence = 10;

// Prototypes are kept in 16 bits: contexts lie within 8 units of the usual one.
constexpr float feature_step = 1.0F / 4096;
constexpr float largest_feature = 7.99F;

float clamped(float feature) { return std::clamp(feature, -largest_feature, largest_feature); }

}  // namespace

float PatternChannel::observe(const Point& point, float evidence, const Cadence& cadence) {
  const Context context = follow(point);
  if (count_ == 0) {
    add(context);
    return 0;
  }
  const Nearest nearest = nearest_to(context);
  const float novelty = std::min(most_novelty, nearest.distance / radius_);
  learn(context, nearest);
  if (points_ < (cadence.is_daily ? first_days : first_points)) return 0;
  const float joint = weight_of_others * evidence + weight_of_novelty * novelty;
  return std::min(joint, notable_evidence) + 0.5F * std::max(0.0F, joint - outstanding_evidence);
}

void PatternChannel::restart(float centre, float spread) {
  *this = PatternChannel();
  centre_ = centre;
  spread_ = spread;
  is_anchored_ = true;
}

/// Where a value lies, in mean deviations; what is far off is far off, however far.
float PatternChannel::bent(float value) const {
  const float least = 1e-6F * std::fabs(centre_) + 1e-30F;
  return clamped(std::asinh(0.5F * (value - centre_) / std::max(spread_, least)));
}

PatternChannel::Context PatternChannel::follow(const Point& point) {
  const float value = point.value;
  if (points_ == 0) {
    short_mean_ = long_mean_ = last_ = value;
    if (!is_anchored_) centre_ = value;
  }
  if (!is_anchored_) {
    const float gain = std::max(0.001F, 1 / (static_cast<float>(points_) + 1));
    centre_ += gain * (value - centre_);
    spread_ += gain * (std::fabs(value - centre_) - spread_);
  }
  if (points_ < UINT16_MAX) ++points_;
  short_mean_ += short_gain * (value - short_mean_);
  long_mean_ += long_gain * (value - long_mean_);
  step_ += short_gain * (std::fabs(value - last_) - step_);
  const float least = 1e-6F * std::fabs(centre_) + 1e-30F;
  const Context context{bent(value),
                        bent(short_mean_),
                        bent(long_mean_),
                        bent(last_),
                        clamped(std::log(0.3F + step_ / std::max(spread_, least))),
                        clamped(std::asinh(0.5F * point.z))};
  last_ = value;
  return context;
}

PatternChannel::Nearest PatternChannel::nearest_to(const Context& context) const {
  std::array<float, most_prototypes> squares{};
  for (std::size_t k = 0; k < feature_count; ++k) {
    for (std::size_t j = 0; j < most_prototypes; ++j) {
      const float apart = context[k] - feature_step * static_cast<float>(prototypes_[k][j]);
      squares[j] += apart * apart;
    }
  }
  const auto* const least = std::min_element(squares.begin(), squares.begin() + count_);
  return {static_cast<std::size_t>(least - squares.begin()), std::sqrt(*least)};
}

void PatternChannel::learn(const Context& context, const Nearest& nearest) {
  if (nearest.distance > radius_) {
    add(context);
    return;
  }
  std::uint8_t& known = weights_[nearest.prototype];
  const float gain = 0.5F * std::max(0.01F, 1 / (static_cast<float>(known) + 1));
  Context moved = prototype(nearest.prototype);
  for (std::size_t k = 0; k < feature_count; ++k) moved[k] += gain * (context[k] - moved[k]);
  set_prototype(nearest.prototype, moved);
  if (known < UINT8_MAX) ++known;
}

void PatternChannel::add(const Context& context) {
  if (count_ == most_prototypes) merge_nearest_pair();
  set_prototype(count_, context);
  weights_[count_] = 1;
  ++count_;
}

// Makes room: the two that are most alike become one, and contexts as alike as they are known.
void PatternChannel::merge_nearest_pair() {
  Nearest closest{.prototype = 0, .distance = std::numeric_limits<float>::max()};
  std::size_t other = 1;
  for (std::size_t i = 1; i < count_; ++i) {
    const Context one = prototype(i);
    for (std::size_t j = 0; j < i; ++j) {
      float square = 0;
      for (std::size_t k = 0; k < feature_count; ++k) {
        const float apart = one[k] - feature_step * static_cast<float>(prototypes_[k][j]);
        square += apart * apart;
      }
      if (square >= closest.distance) continue;
      closest = {.prototype = j, .distance = square};
      other = i;
    }
  }
  const std::size_t kept = closest.prototype;
  const auto one = static_cast<float>(weights_[kept]);
  const auto two = static_cast<float>(weights_[other]);
  Context middle = prototype(kept);
  const Context second = prototype(other);
  for (std::size_t k = 0; k < feature_count; ++k)
    middle[k] = (one * middle[k] + two * second[k]) / (one + two);
  set_prototype(kept, middle);
  weights_[kept] = static_cast<std::uint8_t>(
      std::min<unsigned>(unsigned{weights_[kept]} + weights_[other], UINT8_MAX));
  --count_;
  set_prototype(other, prototype(count_));
  weights_[other] = weights_[count_];
  radius_ = std::max(radius_, 0.8F * std::sqrt(closest.distance));
}

PatternChannel::Context PatternChannel::prototype(std::size_t index) const {
  Context context;
  for (std::size_t k = 0; k < feature_count; ++k)
    context[k] = feature_step * static_cast<float>(prototypes_[k][index]);
  return context;
}

void PatternChannel::set_prototype(std::size_t index, const Context& context) {
  for (std::size_t k = 0; k < feature_count; ++k)
    prototypes_[k][index] =
        static_cast<std::int16_t>(std::lround(clamped(context[k]) / feature_step));
}

}  // namespace bellwether::detect
