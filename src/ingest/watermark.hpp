#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>

#include "bellwether/base/time.hpp"

namespace bellwether::ingest {

/// How far event time has come in streams that are read side by side: the least of their newest
/// times. A stream that was read to its end and stayed silent for the idle timeout does not count
/// until it has rows again; one that is not known to be read to its end holds all of them.
///
/// With every stream idle all there is was read, and the newest time of any counts.
///
/// Threads  one caller, who passes the time in.
class Watermark {
 public:
  using Stream = std::int32_t;
  using Instant = std::chrono::steady_clock::time_point;

  /// After a longer time without `settle` nobody knows what has arrived meanwhile: silence is then
  /// counted anew.
  static constexpr std::chrono::seconds longest_gap{2};

  explicit Watermark(std::chrono::milliseconds idle_timeout) : idle_timeout_(idle_timeout) {}

  /// The stream exists: until it has told a time, or is idle, there is no watermark. A stream known
  /// before stays as it is.
  void expect(Stream stream);

  /// The stream is no more.
  void forget(Stream stream);

  void advance(Stream stream, TimePoint newest);
  std::optional<TimePoint> newest(Stream stream) const;

  /// By `now` the stream was read to its end; it may have been told before.
  void reach_end(Stream stream, Instant now);

  /// There is more to read, or nobody knows.
  void leave_end(Stream stream);

  /// Everything that had arrived by `now` has been told: who was silent for long enough is idle.
  void settle(Instant now);

  bool are_all_at_end() const;
  bool is_idle(Stream stream) const;

  /// Never less than it was before, but for streams that were expected or woke up since.
  std::optional<TimePoint> at() const;

  /// The least of the newest times there are.
  std::optional<TimePoint> least_newest() const;

 private:
  struct Progress {
    std::optional<TimePoint> newest;
    std::optional<Instant> end_since;
    bool is_idle = false;
  };

  std::chrono::milliseconds idle_timeout_;
  std::optional<Instant> settled_at_;
  std::map<Stream, Progress> streams_;
};

}  // namespace bellwether::ingest
