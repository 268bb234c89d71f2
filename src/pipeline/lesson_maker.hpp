#pragma once

#include "bellwether/domain/anomaly_group.hpp"
#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/dictionary.hpp"
#include "bellwether/domain/frame.hpp"
#include "bellwether/domain/interval_grid.hpp"
#include "bellwether/store/interval_log.hpp"

namespace bellwether::pipeline {

/// The detector that is to be taught, and the frame before which it is.
struct LessonContext {
  const DetectorSpec& spec;
  const IntervalGrid& grid;
  const Dictionary& dictionary;
  std::size_t series_count;  ///< Series that had an interval before this frame.
  const Frame& frame;
};

/// What the models are taught of a person's word: whose series, and which of their intervals. A
/// word that was taken back before it counted teaches nobody.
///
/// Cost     O(1) per series of the group; over all the detector's series for the descendants of
/// one.
store::TaughtFeedback make_lesson(store::PendingFeedback pending, const AnomalyGroup& group,
                                  const LessonContext& context);

}  // namespace bellwether::pipeline
