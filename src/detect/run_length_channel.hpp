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
    archive(last_, run_, repeats_, points_, long_repeats_, long_points_, longest_clean_,
            run_alarmed_);
  }

 private:
  void extend_run(float value);
  float judge(const Point& point, int longest_judged);
  void count(float evidence, int run_before);

  float last_ = std::numeric_limits<float>::quiet_NaN();
  std::int32_t run_ = 1;
  std::uint16_t repeats_ = 0;  // Of points_.
  std::uint16_t points_ = 0;
  std::uint16_t long_repeats_ = 0;  // The same, seen only from runs of three on.
  std::uint16_t long_points_ = 0;
  std::uint16_t longest_clean_ = 1;
  bool run_alarmed_ = false;
};

}  // namespace bellwether::detect
