#pragma once

#include "evidence.hpp"
#include "learning_budget.hpp"
#include "tail_calibrator.hpp"

namespace bellwether::detect {

/// Channel V: have values begun to scatter more than they used to?
class SpreadChannel {
 public:
  Evidence observe(const Point& point);
  void learn(const Point& point, float raw_evidence, bool point_was_learnt);

  /// Learns what it saw of a point that a person called normal.
  void learn_as_told(int times);

  void remember() { remembered_ = spread_; }
  void recall() { spread_ = remembered_; }

  /// The mean |z| of late; about 0.8 when all is as usual.
  float spread() const { return spread_; }
  static constexpr float usual_spread = 0.8F;

  void settle() { spread_ = usual_spread; }
  void restart();

  template <class Archive>
  void describe(Archive& archive) {
    archive(spread_, remembered_);
    calibrator_.describe(archive);
    budget_.describe(archive);
  }

 private:
  float spread_ = usual_spread;
  float remembered_ = 0;
  TailCalibrator<tail_bins_to_8> calibrator_;
  LearningBudget budget_;
};

}  // namespace bellwether::detect
