#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "band_form.hpp"
#include "bit_stream.hpp"
#include "presence_codec.hpp"
#include "residual_coder.hpp"
#include "series_columns.hpp"

namespace bellwether::store {

/// What was expected is read back with an error of at most this share of the width between the
/// bounds, and so are the bounds.
inline constexpr double largest_band_error = 0.08;

/// Writes expected, lower and upper of `columns`, foretold with the help of its values: NaN stays
/// NaN, lower <= expected <= upper stays so, and a lower bound of 0 is 0. What does not fit the
/// pattern is written exactly.
///
/// `day`    how many places back the same time of the day before is; 0: nowhere.
void encode_bands(const SeriesColumns& columns, std::size_t day, BitWriter& bits);

/// Reads them back, place by place.
class BandReader {
 public:
  /// `bits` must outlive it.
  BandReader(std::size_t count, std::size_t day, BandSteps steps, BitReader& bits);
  BandReader(const BandReader&) = delete;
  BandReader& operator=(const BandReader&) = delete;

  /// Of the place after the one before; needs the values before it.
  Band next(std::span<const double> values);

  /// False: the bits are not what `encode_bands` writes.
  bool is_sound() const { return is_sound_ && !bits_.failed(); }

 private:
  Band band_of(std::size_t place, std::span<const double> values);

  BitReader& bits_;
  bool is_sound_ = true;
  bool is_exact_ = false;
  std::size_t place_ = 0;
  BandForm form_;
  Presence present_;
  BandIntegers integers_;
  SeriesColumns exact_;
  BandForeteller foreteller_;
  ResidualReader residuals_;
};

}  // namespace bellwether::store
