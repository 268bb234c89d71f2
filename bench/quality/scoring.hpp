#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "bellwether/detect/engine_settings.hpp"
#include "bellwether/domain/scored_frame.hpp"

#include "processes.hpp"

namespace bellwether::quality {

/// What the engine said of one series, point by point.
struct Scores {
  std::vector<float> severity;  ///< 0 where there is none yet.
  std::vector<float> expected;
  std::vector<float> lower;
  std::vector<float> upper;
  std::vector<Reason> reason;  ///< Of severities of 70 and more.
};

constexpr float alarming = 70;

/// The shipped defaults, heard from the first severity on.
detect::EngineSettings usual_settings(std::chrono::seconds interval, bool patterns = false);

/// Scores series of one length as the leaves of one detector, at the shipped defaults.
std::vector<Scores> score_together(const std::vector<Values>& series,
                                   detect::EngineSettings settings);
std::vector<Scores> score_together(const std::vector<Values>& series,
                                   std::chrono::seconds interval);

/// How many alarms were opened from `from` on, at most one in `pause` points. Points where
/// `is_excused` is not 0 open none, nor does what goes on after them without a gap of 12 points.
int opened_alarms(const Scores& scores, int from, int pause,
                  const std::vector<char>& is_excused = {});

int points_per_day(std::chrono::seconds interval);

}  // namespace bellwether::quality
