#include "unusual_day_channel.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace bellwether::detect {
namespace {

constexpr auto log10_e = std::numbers::log10e_v<float>;
constexpr float tail_begin = 2;
constexpr float unusual_evidence = 3;
constexpr float least_excess_rate = 0.05F;
constexpr float least_excess_size = 0.45F;
constexpr float muted_evidence = 3.5F;
constexpr float full_effect = 3;

float clamped(float value, float limit) { return std::clamp(value, -limit, limit); }

}  // namespace

/// One point with all that judging and learning both need.
struct UnusualDayChannel::Look {
  float day;      // Points of a day.
  float gain;     // Of the half-day mean.
  float warm_up;  // 1 / (points + 1).
  float speed;    // Above 1 while muted: relearn faster.
  bool muted;
  float distance;  // From the reference, in the transformed unit.
  float flat;      // The same without the time of day's own spread.
  float phase_scale;
  float least_deviation;
  float excess;  // |mean_ without bias|, in usual ones.
  float effect;  // |mean_ without bias|.
  std::size_t side;
  bool unusual = false;
};

float UnusualDayChannel::observe(const Point& point, const Cadence& cadence, bool is_fresh_regime) {
  if (points_ == 0) {
    reference_ = point.residual;
    deviation_ = point.forecast.base_scale;
  }
  Look look{};
  look.day = static_cast<float>(cadence.points_per_day);
  look.gain = 1 / std::max(3.0F, 0.5F * look.day);
  look.warm_up = 1 / (static_cast<float>(points_) + 1);
  look.muted = mute_points_ > 0 || is_fresh_regime;
  look.speed = look.muted ? 4.0F : 1.0F;
  look.distance = point.residual - reference_;
  look.phase_scale = point.forecast.phase_scale;
  look.flat = look.distance / look.phase_scale;
  look.least_deviation = 0.3F * point.forecast.base_scale;

  mean_ += look.gain * (clamped(look.flat / std::max(deviation_, look.least_deviation), 5) - mean_);
  const float moved = mean_ - bias_;
  look.effect = std::fabs(moved);
  look.side = moved < 0 ? 1 : 0;
  look.excess = look.effect / std::max(usual_mean_, 1e-6F);

  const float raw = judge(look);
  look.unusual = raw >= unusual_evidence && !look.muted;
  if (!look.unusual) learn(look);
  const bool is_muted = count_unusual(look) || look.muted;

  if (raw <= 0) return 0;
  // A window's mean is looked at less often afresh than a point: this matches the rates of the two.
  const float evidence = (raw - std::log10(look.gain)) * std::min(1.0F, look.effect / full_effect);
  return is_muted ? std::min(evidence, muted_evidence) : evidence;
}

float UnusualDayChannel::judge(const Look& look) const {
  if (look.excess <= tail_begin || static_cast<float>(points_) <= 5.25F * look.day) return 0;
  const float independent = static_cast<float>(points_) * look.gain * 0.5F;
  const float trust = independent / (independent + 12);
  const float own_rate = excess_rate_[look.side];
  const float own_size = excess_size_[look.side];
  const float rate = trust * own_rate + (1 - trust) * std::max(least_excess_rate, own_rate);
  const float size = trust * own_size + (1 - trust) * std::max(least_excess_size, own_size);
  return std::min(12.0F, -std::log10(rate) + log10_e * (look.excess - tail_begin) / size);
}

void UnusualDayChannel::learn(const Look& look) {
  const auto points = static_cast<float>(points_);
  const float four_weeks = 28 * look.day;

  const float mean_gain = std::max(look.speed / four_weeks, std::min(0.2F, 2 * look.warm_up));
  const float known = std::max(usual_mean_, 1e-6F);
  const float mean_limit = (points < 4 * look.day ? 3.0F : 2.5F) * usual_mean_;
  const float counted_mean = usual_mean_ > 0 ? std::min(look.effect, mean_limit) : look.effect;
  usual_mean_ += mean_gain * (counted_mean - usual_mean_);
  bias_ += mean_gain * 0.5F * clamped(mean_ - bias_, 2 * known);

  if (points > 2 * look.day) {
    const float rate_gain = std::max(1 / (2 * four_weeks),
                                     std::min(0.02F, 1 / (points - 2 * look.day + 8 / look.gain)));
    for (std::size_t k = 0; k < 2; ++k) {
      const bool exceeds = k == look.side && look.excess > tail_begin;
      excess_rate_[k] += rate_gain * ((exceeds ? 1.0F : 0.0F) - excess_rate_[k]);
    }
    if (look.excess > tail_begin) {
      float& size = excess_size_[look.side];
      float& count = excess_count_[look.side];
      count = std::min(count + look.gain * 0.5F, 20.0F);
      size +=
          look.gain * 0.5F / (count + 4) * (std::min(look.excess - tail_begin, 3 * size) - size);
    }
  }

  const float limit =
      (points < 2 * look.day ? 10.0F : 3.0F) * std::max(deviation_, look.least_deviation);
  const float deviation_gain =
      std::min(0.5F, look.speed * std::max(1 / four_weeks, std::min(0.5F, look.warm_up)));
  deviation_ += deviation_gain * (std::min(std::fabs(look.flat), limit) - deviation_);
  const float reference_gain = std::max(look.speed / (7 * look.day), std::min(0.5F, look.warm_up));
  reference_ += reference_gain * clamped(look.distance, 2 * deviation_ * look.phase_scale);
}

// An unusual day that stays is accepted after about 0.7 of a day. True once it is.
bool UnusualDayChannel::count_unusual(const Look& look) {
  if (look.unusual) {
    unusual_points_ += 2;
  } else if (unusual_points_ > 0) {
    --unusual_points_;
  }
  const bool is_accepted = static_cast<float>(unusual_points_) > 1.4F * look.day;
  if (is_accepted) {
    reference_ += (mean_ - bias_) * deviation_;
    mean_ = bias_;
    unusual_points_ = 0;
    mute_points_ = static_cast<std::uint32_t>(4 * look.day);
  }
  if (mute_points_ > 0) --mute_points_;
  ++points_;
  return is_accepted;
}

void UnusualDayChannel::accept_level(float level, const Cadence& cadence) {
  // With a trend the reference has lagged behind, and goes on to.
  reference_ = level - bias_ * deviation_;
  mean_ = bias_;
  unusual_points_ = 0;
  mute_points_ = static_cast<std::uint32_t>(4 * cadence.points_per_day);
}

}  // namespace bellwether::detect
