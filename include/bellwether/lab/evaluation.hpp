#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "bellwether/base/time.hpp"
#include "bellwether/domain/series_key.hpp"

namespace bellwether::lab {

/// How well what was flagged agrees with what was labelled.
struct Agreement {
  std::uint64_t true_positives = 0;
  std::uint64_t false_positives = 0;
  std::uint64_t false_negatives = 0;

  double precision() const;  ///< 1 when nothing was flagged.
  double recall() const;     ///< 1 when nothing was labelled.
  double f1() const;
};

/// Collects, leaf by leaf, what was labelled and what was flagged.
///
/// An event is a run of labelled intervals of one series without a gap; it is found when one of its
/// points is flagged. A run of flagged intervals that touches no event, nor the interval before or
/// after one, is one false event.
class Evaluation {
 public:
  /// `step` is the interval's length.
  explicit Evaluation(Duration step);

  void label(const SeriesKey& series, TimePoint start);
  void flag(const SeriesKey& series, TimePoint start);

  /// Points before `from` do not count: the models were still learning.
  Agreement point_wise(TimePoint from) const;
  Agreement event_wise(TimePoint from) const;

 private:
  struct Marks {
    bool is_labelled = false;
    bool is_flagged = false;
  };

  Duration step_;
  std::map<SeriesKey, std::map<TimePoint, Marks>> marks_;
};

}  // namespace bellwether::lab
