#include "run_length_channel.hpp"

#include <algorithm>
#include <cmath>

namespace bellwether::detect {
namespace {

constexpr float offset = 0.3F;
constexpr float alarming = 4.6F;
constexpr int counted_run = 12;  // Repeats beyond teach nothing.
constexpr int remembered_run = 400;
constexpr float most_points = 8000;

}  // namespace

float RunLengthChannel::observe(const Point& point, int longest_judged) {
  extend_run(point.value);
  float evidence = 0;
  if (point.value != 0) {
    evidence = judge(point, longest_judged);
    if (evidence >= alarming) run_alarmed_ = true;
    count(evidence);
  }
  run_before_ = run_;
  return evidence;
}

void RunLengthChannel::extend_run(float value) {
  if (value == last_) {
    run_ = std::min(run_ + 1, 1'000'000);
  } else {
    if (!run_alarmed_ && run_ < remembered_run) longest_clean_ = std::max(longest_clean_, run_);
    run_ = 1;
    run_alarmed_ = false;
  }
  last_ = value;
}

float RunLengthChannel::judge(const Point& point, int longest_judged) {
  if (run_ < 4 || point.points_seen <= 100) return 0;
  const float repeat_rate = (repeats_ + 0.2F) / (points_ + 2);
  const float prior = std::min(0.9F, 3 * repeat_rate + 0.02F);
  const float long_rate = std::max(repeat_rate, (long_repeats_ + 3 * prior) / (long_points_ + 3));
  const bool is_usual = static_cast<float>(run_) < 1.25F * static_cast<float>(longest_clean_) + 1;
  const float evidence =
      is_usual || run_ > longest_judged
          ? 0
          : -2 * std::log10(repeat_rate) - static_cast<float>(run_ - 3) * std::log10(long_rate);
  return std::min(evidence, 12.0F) - offset;
}

void RunLengthChannel::count(float evidence) {
  if (run_ < counted_run && evidence < 4) {
    points_ += 1;
    if (run_ > 1) repeats_ += 1;
    if (run_ > 3) {
      long_points_ += 1;
      long_repeats_ += 1;
    }
  }
  if (run_ == 1 && run_before_ >= 3 && run_before_ < counted_run) long_points_ += 1;
  if (points_ > most_points) {
    points_ *= 0.5F;
    repeats_ *= 0.5F;
    long_points_ *= 0.5F;
    long_repeats_ *= 0.5F;
  }
}

}  // namespace bellwether::detect
