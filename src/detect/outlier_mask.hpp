#pragma once

#include <span>
#include <vector>

namespace bellwether::detect {

/// Marks the points of a piece of history that must not teach: those that its own tails, with
/// contamination cut off, find impossible. None are marked where they come so often that they are
/// the way the series is.
///
/// Units    `z` in robust standard deviations, NaN where there is no value; `masked` gets its
/// length.
void mask_outliers(std::span<const float> z, std::vector<char>& masked);

}  // namespace bellwether::detect
