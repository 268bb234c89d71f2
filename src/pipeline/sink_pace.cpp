#include "sink_pace.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "retry_wait.hpp"

namespace bellwether::pipeline {
namespace {

constexpr double milliseconds_per_minute = 60'000;
constexpr std::uint32_t shares_of_a_minute = 10;
/// So that a wait that was computed is long enough when it is over, whatever was rounded.
constexpr double nearly_nothing = 1e-6;

}  // namespace

SinkPace::SinkPace(const RetryPolicy& retry, const SinkLimits& limits)
    : retry_(retry), limits_(limits) {}

void SinkPace::set_rules(const RetryPolicy& retry, const SinkLimits& limits) {
  if (limits.per_minute != limits_.per_minute) filled_at_.reset();
  retry_ = retry;
  limits_ = limits;
  if (limits_.failures_to_pause == 0) note_answer();
}

double SinkPace::capacity() const { return std::max(1U, limits_.per_minute / shares_of_a_minute); }

double SinkPace::tokens_at(TimePoint now) const {
  if (!filled_at_) return capacity();
  // What is at hand at the beginning of a minute and what is added in it make `per_minute`.
  const double per_minute = limits_.per_minute - capacity() + 1;
  const auto passed = std::max(now - *filled_at_, Duration(0));
  const double added = static_cast<double>(passed.count()) * per_minute / milliseconds_per_minute;
  return std::min(capacity(), tokens_ + added);
}

std::optional<TimePoint> SinkPace::next_start(TimePoint now, std::size_t under_way) const {
  if (under_way >= limits_.concurrency) return std::nullopt;
  TimePoint start = std::max(now, held_until_);
  if (pauses_ > 0) {
    if (is_probing_) return std::nullopt;
    start = std::max(start, paused_until_);
  }
  if (limits_.per_minute == 0) return start;
  const double missing = 1 - tokens_at(now);
  if (missing <= nearly_nothing) return start;
  const double per_minute = limits_.per_minute - capacity() + 1;
  const double wait = std::ceil(missing * milliseconds_per_minute / per_minute - nearly_nothing);
  return std::max(start, now + Duration(static_cast<std::int64_t>(wait)));
}

bool SinkPace::begin(TimePoint now) {
  if (limits_.per_minute > 0) {
    tokens_ = std::max(0.0, tokens_at(now) - 1);
    filled_at_ = now;
  }
  if (pauses_ == 0) return false;
  is_probing_ = true;
  return true;
}

bool SinkPace::note_answer() {
  const bool was_paused = pauses_ > 0;
  failures_ = 0;
  pauses_ = 0;
  is_probing_ = false;
  return was_paused;
}

void SinkPace::note_failure(TimePoint now, bool was_probe, std::optional<Duration> hold,
                            double random_share) {
  if (hold) held_until_ = std::max(held_until_, now + *hold);
  if (was_probe) is_probing_ = false;
  if (limits_.failures_to_pause == 0) return;
  // What began before the pause says nothing new.
  if (pauses_ > 0 && !was_probe) return;
  if (pauses_ == 0 && ++failures_ < limits_.failures_to_pause) return;
  ++pauses_;
  paused_until_ = now + retry_wait(retry_, pauses_, std::nullopt, random_share);
}

bool SinkPace::is_paused(TimePoint now) const { return pauses_ > 0 || held_until_ > now; }

}  // namespace bellwether::pipeline
