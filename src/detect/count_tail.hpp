#pragma once

#include "transform.hpp"

namespace bellwether::detect {

/// The probability of a count at least (`upper`) or at most as large as `count`, for a negative
/// binomial with this mean and variance `dispersion` x mean; Poisson when the two are equal.
double count_tail_probability(double mean, double dispersion, long count, bool upper);

/// What is known of a series of small counts, for which a histogram of z is too coarse.
class CountModel {
 public:
  CountModel() = default;

  /// `relative_doubt` is the variance of the mean's own estimate, as a share of the noise.
  CountModel(float dispersion, float relative_doubt)
      : dispersion_(dispersion), relative_doubt_(relative_doubt) {}

  bool applies() const { return dispersion_ > 0; }

  /// -log10 of the probability of a value that lies as far to its side of `expected`.
  float evidence(float value, float expected, bool is_above, TransformKind transform) const;

  template <class Archive>
  void describe(Archive& archive) {
    archive(dispersion_, relative_doubt_);
  }

 private:
  float dispersion_ = 0;  // 0: not a series of small counts.
  float relative_doubt_ = 0;
};

}  // namespace bellwether::detect
