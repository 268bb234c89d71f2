#include "run_length_channel.hpp"

#include <algorithm>
#include <cmath>

namespace bellwether::detect {
namespace {

constexpr float offset = 0.3F;
constexpr float alarming = 4.6F;
constexpr int counted_run = 12;  // Repeats beyond teach nothing.
constexpr int remembered_run = 400;
constexpr int most_points = 8000;

}  // namespace

float RunLengthChannel::observe(const Point& point, int longest_judged) {
  const int run_before = run_;
  extend_run(point.value);
  float evidence = 0;
  if (point.value != 0) {
    evidence = judge(point, longest_judged);
    if (evidence >= alarming) run_alarmed_ = true;
    count(evidence, run_before);
  }
  return evidence;
}

void RunLengthChannel::extend_run(float value) {
  if (value == last_) {
    run_ = std::min(run_ + 1, 1'000'000);
  } else {
    if (!run_alarmed_ && run_ > longest_clean_ && run_ < remembered_run) {
      longest_clean_ = static_cast<std::uint16_t>(run_);
    }
    run_ = 1;
    run_alarmed_ = false;
  }
  last_ = value;
}

float RunLengthChannel::judge(const Point& point, int longest_judged) {
  if (run_ < 4 || point.points_seen <= 100) return 0;
  const float repeat_rate =
      (static_cast<float>(repeats_) + 0.2F) / (static_cast<float>(points_) + 2);
  const float prior = std::min(0.9F, 3 * repeat_rate + 0.02F);
  const float long_rate = std::max(repeat_rate, (static_cast<float>(long_repeats_) + 3 * prior) /
                                                    (static_cast<float>(long_points_) + 3));
  const bool is_usual = static_cast<float>(run_) < 1.25F * static_cast<float>(longest_clean_) + 1;
  const float evidence =
      is_usual || run_ > longest_judged
          ? 0
          : -2 * std::log10(repeat_rate) - static_cast<float>(run_ - 3) * std::log10(long_rate);
  return std::min(evidence, 12.0F) - offset;
}

void RunLengthChannel::count(float evidence, int run_before) {
  if (run_ < counted_run && evidence < 4) {
    ++points_;
    if (run_ > 1) ++repeats_;
    if (run_ > 3) {
      ++long_points_;
      ++long_repeats_;
    }
  }
  if (run_ == 1 && run_before >= 3 && run_before < counted_run) ++long_points_;
  if (points_ > most_points) {
    for (std::uint16_t* count : {&points_, &repeats_, &long_points_, &long_repeats_}) *count /= 2;
  }
}

}  // namespace bellwether::detect
