#pragma once

#include <cstdint>
#include <limits>

#include "evidence.hpp"

namespace bellwether::detect {

/// Channel R: has the source frozen? Counts how often a value repeats the one before it, and judges
/// runs that are longer than any clean one. Zeros are not judged: nothing happening is not frozen.
class RunLengthChannel {
 public:
  /// Judges the run that ends with this point, and learns from it. `longest_judged` is the length
  /// from which a run is a way of life.
  float observe(const Point& point, int longest_judged);

  void restart() { *this = RunLengthChannel(); }

  template <class Archive>
  void describe(Archive& archive) {
    archive(last_, repeats_, points_, long_repeats_, long_points_, run_, run_before_,
            longest_clean_, run_alarmed_);
  }

 private:
  void extend_run(float value);
  float judge(const Point& point, int longest_judged);
  void count(float evidence);

  float last_ = std::numeric_limits<float>::quiet_NaN();
  float repeats_ = 0;  // Of points_.
  float points_ = 0;
  float long_repeats_ = 0;  // The same, seen only from runs of three on.
  float long_points_ = 0;
  std::int32_t run_ = 1;
  std::int32_t run_before_ = 1;  // Length of the run at the point before.
  std::int32_t longest_clean_ = 1;
  bool run_alarmed_ = false;
};

}  // namespace bellwether::detect
