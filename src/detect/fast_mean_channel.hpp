#pragma once

#include "evidence.hpp"
#include "learning_budget.hpp"
#include "tail_calibrator.hpp"

namespace bellwether::detect {

/// Channel E: do the last few values, together, lie to one side of their forecasts?
class FastMeanChannel {
 public:
  /// Takes the point into the mean and says how improbable the mean has become.
  Evidence observe(const Point& point);

  void learn(const Point& point, float raw_evidence, bool point_was_learnt);

  /// Learns what it saw of a point that a person called normal.
  void learn_as_told(int times);

  /// Keeps the mean as it is before a point that may begin an event, for the time after it.
  void remember() { remembered_ = mean_; }

  /// After an outlier the mean goes on from before it, if that is the quieter place to go on from.
  /// To be called before `observe`; true when it did.
  bool recall_if_quieter(const Point& point);

  void settle() { mean_ = 0; }
  void restart();

  template <class Archive>
  void describe(Archive& archive) {
    archive(mean_, remembered_);
    calibrator_.describe(archive);
    budget_.describe(archive);
  }

 private:
  float mean_ = 0;
  float remembered_ = 0;
  SignedCalibrator<tail_bins_to_16> calibrator_;
  LearningBudget budget_;
};

}  // namespace bellwether::detect
