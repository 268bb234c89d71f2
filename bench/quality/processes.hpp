#pragma once

#include <functional>
#include <string>
#include <vector>

#include "dice.hpp"

namespace bellwether::quality {

using Values = std::vector<double>;

/// A process without anomalies.
struct Process {
  std::string name;
  double sigma = 1;          ///< Of its noise: the unit of what is injected.
  bool has_season = false;   ///< Whether its daily profile can be moved.
  bool is_count = false;     ///< Whole numbers from 0.
  bool is_positive = false;  ///< Never below 0.
  std::function<Values(Dice&, int count, int points_per_day)> make;
};

/// The fourteen classes of ordinary series.
std::vector<Process> ordinary_processes();

/// Classes that are hard in one way each: edges, states, clocks.
std::vector<Process> awkward_processes();

/// People who live by the clock: from one third to two thirds of the series all comes an hour
/// earlier.
Process clock_change_process();

/// The one with this name among the ordinary ones.
Process ordinary_process(const std::string& name);

}  // namespace bellwether::quality
