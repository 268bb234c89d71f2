#pragma once

#include "count_tail.hpp"
#include "evidence.hpp"
#include "learning_budget.hpp"
#include "tail_calibrator.hpp"

namespace bellwether::detect {

/// Channel Z: is this one value too far from its forecast?
class PointChannel {
 public:
  /// `counts` narrows the judgement of integer series.
  Evidence observe(const Point& point, const CountModel& counts, const Transform& transform) const;

  /// Learns the point unless it looks impossible. True when it was learnt; other channels wait for
  /// it.
  bool learn(const Point& point, float raw_evidence, bool event_is_held);

  /// Whether impossible values come so often that they are no news.
  bool is_over_budget() const;

  float upper_bound() const { return calibrator_.upper_bound(); }
  float lower_bound() const { return calibrator_.lower_bound(); }

  void restart();

  template <class Archive>
  void describe(Archive& archive) {
    calibrator_.describe(archive);
    budget_.describe(archive);
  }

 private:
  SignedCalibrator<all_tail_bins> calibrator_;
  LearningBudget budget_;
};

}  // namespace bellwether::detect
