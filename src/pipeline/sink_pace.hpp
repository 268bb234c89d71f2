#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "bellwether/base/time.hpp"
#include "bellwether/domain/sink_spec.hpp"

namespace bellwether::pipeline {

/// When a sink may be tried: so many attempts at one time, so many in a minute, none for a while
/// after so many failures in a row, and none before its receiver wants them. Values in, values out:
/// no clock of its own.
///
/// Rate     a tenth of `per_minute` may begin at once, the rest is spread over the minute; in no
///          minute do more than `per_minute` begin.
/// Pause    after `failures_to_pause` failures in a row that may pass. When it is over, one attempt
///          finds out; if that fails too, the next pause is twice as long.
class SinkPace {
 public:
  SinkPace(const RetryPolicy& retry, const SinkLimits& limits);

  /// New limits; how the sink fares stays known.
  void set_rules(const RetryPolicy& retry, const SinkLimits& limits);

  /// When the next attempt may begin while `under_way` others are; none: not before one has ended.
  std::optional<TimePoint> next_start(TimePoint now, std::size_t under_way) const;

  /// An attempt begins. Gives whether it is the one that finds out after a pause.
  bool begin(TimePoint now);

  /// The receiver gave an answer that settles a delivery. Gives whether that ended a pause.
  bool note_answer();

  /// It failed in a way that may pass; `hold` is how long the receiver wants nothing at all.
  void note_failure(TimePoint now, bool was_probe, std::optional<Duration> hold,
                    double random_share);

  /// The attempt that was to find out never took place.
  void forget_probe() { is_probing_ = false; }

  /// Whether nothing is sent, because of failures or by the receiver's wish.
  bool is_paused(TimePoint now) const;

 private:
  double capacity() const;
  double tokens_at(TimePoint now) const;

  RetryPolicy retry_;
  SinkLimits limits_;
  double tokens_ = 0;
  std::optional<TimePoint> filled_at_;  ///< When `tokens_` was counted; none: full.
  std::uint32_t failures_ = 0;          ///< In a row.
  std::uint32_t pauses_ = 0;            ///< In a row; 0: the sink is well.
  TimePoint paused_until_{};
  TimePoint held_until_{};
  bool is_probing_ = false;
};

}  // namespace bellwether::pipeline
