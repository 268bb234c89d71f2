#pragma once

#include <algorithm>

namespace bellwether::detect {

/// Decides what a channel may learn: not what it finds impossible, unless that happens so often
/// that it is the way the series is.
class LearningBudget {
 public:
  struct Rule {
    float gate;    ///< Evidence from which a statistic is not learnt.
    float budget;  ///< Share of points that may be refused.
    float gain;    ///< With which that share is followed.
  };

  /// `begins` is false for a point that continues an event that was counted already.
  bool admits(float evidence, const Rule& rule, bool begins, bool is_warming_up,
              float warm_up_gain) {
    const bool refused = evidence >= rule.gate;
    if (is_warming_up) return true;
    const float gain = std::max(rule.gain, warm_up_gain);
    refusal_rate_ += gain * ((refused && begins ? 1.0F : 0.0F) - refusal_rate_);
    return !refused || is_spent(rule);
  }

  bool is_spent(const Rule& rule) const { return refusal_rate_ > rule.budget; }

  template <class Archive>
  void describe(Archive& archive) {
    archive(refusal_rate_);
  }

 private:
  float refusal_rate_ = 0;
};

}  // namespace bellwether::detect
