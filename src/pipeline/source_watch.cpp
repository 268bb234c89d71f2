#include "source_watch.hpp"

#include <limits>
#include <utility>

#include "bellwether/base/log.hpp"

namespace bellwether::pipeline {
namespace {

/// How far back the beginning of an outage is looked for.
constexpr std::size_t intervals_looked_at = 2048;

}  // namespace

std::string SourceWatch::State::text() const {
  if (health == SourceHealth::healthy || !since) return "";
  const bool is_silent = health == SourceHealth::silent;
  return (is_silent ? "no data since " : "most series are missing; in trouble since ") +
         to_rfc3339(*since);
}

SourceWatch::SourceWatch(std::string detector, Metrics& metrics)
    : detector_(std::move(detector)), metrics_(metrics) {}

Result<void> SourceWatch::restore(const store::IntervalLog& intervals) {
  const auto newest_first = intervals.read_quality(
      detector_, std::numeric_limits<IntervalIndex>::max(), intervals_looked_at);
  if (!newest_first) return newest_first.error();
  State state;
  if (!newest_first->empty()) state.health = newest_first->front().source;
  for (const IntervalQuality& interval : *newest_first) {
    if (interval.source == SourceHealth::healthy) break;
    state.since = interval.start;
  }
  const std::lock_guard lock(mutex_);
  state_ = state;
  show(state_.health);
  return ok();
}

void SourceWatch::note(const IntervalQuality& interval) {
  const std::lock_guard lock(mutex_);
  const bool was_healthy = state_.health == SourceHealth::healthy;
  const bool is_healthy = interval.source == SourceHealth::healthy;
  if (is_healthy && !was_healthy)
    log_info("source", "data again since " + to_rfc3339(interval.start), {{"detector", detector_}});
  if (is_healthy) state_.since.reset();
  if (!is_healthy && was_healthy) state_.since = interval.start;
  state_.health = interval.source;
  if (!is_healthy && was_healthy)
    log_warning("source", state_.text() + ": these intervals are not judged",
                {{"detector", detector_}});
  show(interval.source);
}

SourceWatch::State SourceWatch::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

void SourceWatch::show(SourceHealth health) {
  metrics_.set("bellwether_source_silent", "1 while most series that should report do not, else 0.",
               {{"detector", detector_}}, health == SourceHealth::healthy ? 0 : 1);
}

}  // namespace bellwether::pipeline
