#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "bellwether/base/result.hpp"

namespace bellwether::detect {

/// A rectangle of stored values: one measure, neighbouring series, an unbroken run of intervals.
struct HistoryRange {
  std::size_t measure = 0;
  std::size_t first_series = 0;
  std::size_t series_count = 0;
  std::int64_t from = 0;  ///< First interval.
  std::int64_t to = 0;    ///< One past the last interval; at most 8192 after `from`.

  std::size_t interval_count() const { return static_cast<std::size_t>(to - from); }
};

/// Gives the engine the values a detector's series had; refits learn from them. The values are the
/// store's: they are no part of the engine's state.
///
/// Order    a range ends before the frame that was scored last: that one need not be stored yet.
/// Threads  `read` is called from several threads at once.
class History {
 public:
  virtual ~History() = default;

  /// Fills `values`, `range.series_count` rows of `range.interval_count()` columns one after the
  /// other. What is not stored, or was not there, is NaN. The numbers must be those of the frames
  /// that were scored, rounded to float.
  virtual Result<void> read(const HistoryRange& range, std::span<float> values) const = 0;
};

}  // namespace bellwether::detect
