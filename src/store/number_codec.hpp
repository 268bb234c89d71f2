#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "bit_stream.hpp"
#include "number_form.hpp"
#include "presence_codec.hpp"
#include "residual_coder.hpp"

namespace bellwether::store {

/// Writes a column of doubles so that each is read back bit for bit; NaN is one absence.
///
/// Integers, and decimals of up to six places, are written as integers, with a correction of a few
/// last bits where arithmetic has left them; means as the sum that was divided. Others are written
/// by their bits. Each then as the difference from what the best of some forecasts says.
void encode_numbers(std::span<const double> numbers, const NumberHints& hints, BitWriter& bits);

/// Reads them back, place by place.
class NumberReader {
 public:
  /// All must outlive it. What was expected need only be there up to the place that is read.
  NumberReader(std::size_t count, const NumberHints& hints, BitReader& bits);
  NumberReader(const NumberReader&) = delete;
  NumberReader& operator=(const NumberReader&) = delete;

  /// The number at the place after the one before.
  double next();

  /// Whether what was expected is asked for.
  bool needs_expected() const { return form_.forecast == NumberForecast::expected; }

  /// False: the bits are not what `encode_numbers` writes; `next` must not be called.
  bool is_sound() const { return is_sound_ && !bits_.failed(); }

 private:
  BitReader& bits_;
  const NumberHints& hints_;
  NumberForm form_;
  bool is_sound_;
  std::size_t place_ = 0;
  Presence present_;
  std::vector<std::int64_t> corrections_;
  NumberForeteller foreteller_;
  ResidualReader residuals_;
};

}  // namespace bellwether::store
