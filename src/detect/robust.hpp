#pragma once

#include <span>
#include <vector>

namespace bellwether::detect {

/// Absence, as in frames.
inline bool is_present(float value) { return value == value; }

/// The median (the upper one of an even number); reorders `values`, which must not be empty.
float median_of(std::span<float> values);

/// The value below which a share of `values` lies; reorders them. Not for empty ones.
float quantile_of(std::span<float> values, double share);

/// The mean of sizes with everything above four times their median, or above their 97 % quantile,
/// brought down to it: one outlier in a handful of values does not count. Reorders; 0 for none.
float guarded_mean_of(std::span<float> sizes);

/// The mean of `values` with everything above their 97 % quantile brought down to it; reorders
/// them. 0 for none.
float clipped_mean_of(std::span<float> values);

}  // namespace bellwether::detect
