#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "bellwether/domain/frame.hpp"

namespace bellwether {

/// What a lesson says of the values it is about.
enum class Teaching : std::uint8_t {
  normal,   ///< They are no anomaly: know the like of them.
  anomaly,  ///< They are one: do not learn from them.
  undone,   ///< Nothing any more: an earlier lesson is taken back.
};

/// One series' part in a lesson: the intervals that were spoken of.
struct LessonTarget {
  MeasureIndex measure = 0;
  SeriesIndex series = 0;
  IntervalIndex first = 0;
  IntervalIndex last = 0;

  bool operator==(const LessonTarget&) const = default;
};

/// A person's feedback as models are taught it. Which lessons took effect with an interval is
/// committed with it, so that a replay teaches the same ones at the same place.
struct Lesson {
  static constexpr IntervalIndex endless = std::numeric_limits<IntervalIndex>::max();

  std::uint64_t feedback = 0;  ///< `stable_hash` of the feedback's id; names what is taken back.
  Teaching teaching = Teaching::normal;
  IntervalIndex from = 0;             ///< The interval it takes effect with.
  IntervalIndex until = endless;      ///< The first interval it no longer counts in.
  std::vector<LessonTarget> targets;  ///< Empty for `undone`: all who were told are told.

  bool operator==(const Lesson&) const = default;
};

}  // namespace bellwether
