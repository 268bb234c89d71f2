#pragma once

#include <optional>

#include "cadence.hpp"
#include "evidence.hpp"
#include "learning_budget.hpp"
#include "tail_calibrator.hpp"

namespace bellwether::detect {

/// What the drift channel says of a point, and what it has measured.
struct DriftEvidence : Evidence {
  float distance = 0;  ///< Of the middle level from the reference, less the usual one.
  float middle = 0;    ///< The middle level with this point.

  /// The middle level, if it has drifted away from the reference.
  std::optional<float> drifted_level() const;
};

/// Channel D: has the level moved away from where it was for days, slowly enough for every single
/// value to look normal?
class DriftChannel {
 public:
  void begin(float level) { middle_ = reference_ = level; }

  /// `steadiness` is the forecaster's; a series that wanders by nature has no drift.
  DriftEvidence observe(const Point& point, float steadiness, const Cadence& cadence);

  void learn_statistic(const Point& point, const DriftEvidence& found);

  /// Learns what it saw of a point that a person called normal.
  void learn_as_told(const DriftEvidence& found, int times);

  /// A drift that stays is the new reference; a steady trend is normal. The reference that was left
  /// when it has become one.
  std::optional<float> settle_in(const Point& point, const DriftEvidence& found,
                                 const Cadence& cadence);

  /// Lets the levels follow a point that was not frozen.
  void follow(const Point& point, const Cadence& cadence);

  /// A new regime begins at this level. With a trend the reference has lagged behind, and goes on
  /// to.
  void set_level(float level, float base_scale) {
    middle_ = level;
    reference_ = level - usual_distance_ * base_scale;
  }
  void restart();

  template <class Archive>
  void describe(Archive& archive) {
    archive(middle_, reference_, usual_distance_, steadiness_, drifted_points_);
    calibrator_.describe(archive);
    budget_.describe(archive);
  }

 private:
  float middle_ = 0;          // Follows in about 16 points ...
  float reference_ = 0;       // ... and in days.
  float usual_distance_ = 0;  // Between the two, for a series with a trend.
  float steadiness_ = 1;
  std::uint16_t drifted_points_ = 0;
  SignedCalibrator<all_tail_bins> calibrator_;
  LearningBudget budget_;
};

}  // namespace bellwether::detect
