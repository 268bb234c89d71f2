#pragma once

#include <ostream>
#include <string>

#include "bellwether/cli/run.hpp"

namespace bellwether::cli {

/// One line on a terminal that says how far a long task has come; silent anywhere else. The line is
/// taken away when the bar goes.
class ProgressBar {
 public:
  ProgressBar(const Console& console, std::string label);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// `share` from 0 to 1. Draws only when the percentage has changed.
  void show(double share);

 private:
  const Console& console_;
  std::string label_;
  int percent_ = -1;
};

}  // namespace bellwether::cli
