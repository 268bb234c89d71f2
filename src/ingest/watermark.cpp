#include "watermark.hpp"

#include <algorithm>

namespace bellwether::ingest {

void Watermark::expect(Stream stream) { streams_.try_emplace(stream); }

void Watermark::forget(Stream stream) { streams_.erase(stream); }

void Watermark::advance(Stream stream, TimePoint newest) {
  auto& known = streams_[stream].newest;
  known = std::max(known.value_or(newest), newest);
}

std::optional<TimePoint> Watermark::newest(Stream stream) const {
  const auto found = streams_.find(stream);
  return found == streams_.end() ? std::nullopt : found->second.newest;
}

void Watermark::reach_end(Stream stream, Instant now) {
  auto& since = streams_[stream].end_since;
  if (!since) since = now;
}

void Watermark::leave_end(Stream stream) {
  const auto found = streams_.find(stream);
  if (found == streams_.end()) return;
  found->second.end_since.reset();
  found->second.is_idle = false;
}

void Watermark::settle(Instant now) {
  const bool has_gap = settled_at_ && now - *settled_at_ > longest_gap;
  settled_at_ = now;
  for (auto& [stream, progress] : streams_) {
    if (!progress.end_since || progress.is_idle) continue;
    if (has_gap) progress.end_since = now;
    progress.is_idle = now - *progress.end_since >= idle_timeout_;
  }
}

bool Watermark::are_all_at_end() const {
  return !streams_.empty() && std::ranges::all_of(streams_, [](const auto& entry) {
    return entry.second.end_since.has_value();
  });
}

bool Watermark::is_idle(Stream stream) const {
  const auto found = streams_.find(stream);
  return found != streams_.end() && found->second.is_idle;
}

std::optional<TimePoint> Watermark::at() const {
  std::optional<TimePoint> least;
  std::optional<TimePoint> greatest;
  for (const auto& [stream, progress] : streams_) {
    if (progress.newest) greatest = std::max(greatest.value_or(*progress.newest), *progress.newest);
    if (progress.is_idle) continue;
    if (!progress.newest) return std::nullopt;
    least = std::min(least.value_or(*progress.newest), *progress.newest);
  }
  return least ? least : greatest;
}

std::optional<TimePoint> Watermark::least_newest() const {
  std::optional<TimePoint> least;
  for (const auto& [stream, progress] : streams_)
    if (progress.newest) least = std::min(least.value_or(*progress.newest), *progress.newest);
  return least;
}

}  // namespace bellwether::ingest
