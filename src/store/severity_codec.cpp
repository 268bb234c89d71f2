#include "severity_codec.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

#include "integer_column.hpp"
#include "presence_codec.hpp"
#include "residual_coder.hpp"

namespace bellwether::store {
namespace {

// Codes: 0; 1 to 4 for what is below 16, in fours; 5 to 12 below 32, in twos; then in halves.
constexpr float coarse_step = 4;
constexpr float first_middle = 16;
constexpr std::int64_t first_middle_code = 5;
constexpr float middle_step = 2;
constexpr float first_fine = 32;
constexpr std::int64_t first_fine_code = 13;
constexpr float fine_step = 0.5F;

std::int64_t code_of(float severity) {
  const auto steps = [&](float from, float step) {
    return static_cast<std::int64_t>((severity - from) / step);
  };
  if (!(severity > 0)) return 0;
  if (severity < first_middle) return 1 + steps(0, coarse_step);
  if (severity < first_fine) return first_middle_code + steps(first_middle, middle_step);
  return first_fine_code + steps(first_fine, fine_step);
}

float severity_of(std::int64_t code) {
  code = std::clamp(code, std::int64_t{0}, code_of(100));
  const auto at = [&](float from, float step, std::int64_t first) {
    return from + static_cast<float>(code - first) * step;
  };
  if (code == 0) return 0;
  if (code < first_middle_code) return at(coarse_step / 2, coarse_step, 1);
  if (code < first_fine_code)
    return at(first_middle + middle_step / 2, middle_step, first_middle_code);
  return at(first_fine, fine_step, first_fine_code);
}

/// Foretells severities: a table learns what follows from how far a value lies from what is
/// expected, in widths of the band; and what was more than that before is more again.
class Foreteller {
 public:
  explicit Foreteller(const SeriesColumns& columns) : columns_(columns) {
    for (std::size_t i = 0; i < bins; ++i)
      learnt_[i] = unit + static_cast<std::int64_t>(i) * unit / 3;
  }

  std::int64_t at(std::size_t place) {
    bin_ = bin_of(place);
    const std::int64_t scaled = learnt_[bin_] + excess_ / 2;
    return std::max(std::int64_t{0}, (scaled + unit / 2) / unit);
  }

  /// After `at` of the same place.
  void note(std::int64_t code) {
    const std::int64_t scaled = std::clamp(code, std::int64_t{0}, std::int64_t{1} << 20U) * unit;
    excess_ = scaled - learnt_[bin_];
    learnt_[bin_] += excess_ / 4;
  }

 private:
  static constexpr std::size_t bins = 24;  ///< And one for values without a band.
  static constexpr double bins_per_width = 24;
  static constexpr std::int64_t unit = 16;

  std::size_t bin_of(std::size_t place) const {
    const double width = double{columns_.upper[place]} - columns_.lower[place];
    const double distance = std::fabs(columns_.values[place] - columns_.expected[place]);
    if (!(width > 0) || !(distance >= 0)) return bins;
    const double bin = distance / width * bins_per_width;
    return bin < static_cast<double>(bins - 1) ? static_cast<std::size_t>(bin) : bins - 1;
  }

  const SeriesColumns& columns_;
  std::array<std::int64_t, bins + 1> learnt_{};
  std::size_t bin_ = 0;
  std::int64_t excess_ = 0;
};

}  // namespace

float coarse_severity(float severity) {
  return std::isnan(severity) ? severity : severity_of(code_of(severity));
}

void encode_severities(const SeriesColumns& columns, BitWriter& bits) {
  Presence present(columns.severity.size());
  bool is_regular = true;
  for (std::size_t i = 0; i < present.size(); ++i) {
    const float severity = columns.severity[i];
    present[i] = std::isnan(severity) ? 0 : 1;
    is_regular &= present[i] == 0 || (severity >= 0 && severity <= 100);
  }
  bits.put(is_regular ? 0 : 1, 1);
  if (!is_regular) {
    put_floats(columns.severity, bits);
    return;
  }
  encode_presence(present, bits);
  Foreteller foreteller(columns);
  ResidualWriter residuals(bits);
  for (std::size_t i = 0; i < present.size(); ++i) {
    if (present[i] == 0) continue;
    const std::int64_t code = code_of(columns.severity[i]);
    residuals.put(code - foreteller.at(i));
    foreteller.note(code);
  }
  residuals.finish();
}

bool decode_severities(BitReader& bits, SeriesColumns& columns) {
  if (bits.get(1) != 0) {
    get_floats(bits, columns.severity);
    return !bits.failed();
  }
  const Presence present = decode_presence(columns.severity.size(), bits);
  Foreteller foreteller(columns);
  ResidualReader residuals(bits);
  for (std::size_t i = 0; i < present.size(); ++i) {
    columns.severity[i] = std::numeric_limits<float>::quiet_NaN();
    if (present[i] == 0) continue;
    const std::int64_t code = add(foreteller.at(i), residuals.get());
    foreteller.note(code);
    columns.severity[i] = severity_of(code);
  }
  return !bits.failed();
}

}  // namespace bellwether::store
