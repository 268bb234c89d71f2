#include "band_form.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace bellwether::store {
namespace {

constexpr unsigned width_shift = 19;  // Of a float's 23 bits of mantissa, 4 are left.
constexpr std::int64_t most_width_code = std::int64_t{0x7f7f'ffff} >> width_shift;
constexpr unsigned width_code_bits = 12;
constexpr double least_steps_per_width = 11;  ///< Where steps are powers of two.
constexpr double steps_per_width = 10;
constexpr double reaction = 5.0 / 32;
constexpr double shares_per_width = 64;

/// The largest power of two that is not above `value`, which must be positive and normal.
double power_of_two(double value) {
  constexpr std::uint64_t exponent = 0x7ff0'0000'0000'0000;
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(value) & exponent);
}

/// `value` without all but the first four bits of its mantissa; it must be positive and normal.
double cut_short(double value) {
  constexpr std::uint64_t exponent_and_four_bits = 0x7fff'0000'0000'0000;
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(value) & exponent_and_four_bits);
}

/// 2^exponent, of a normal number.
double power(int exponent) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(1023 + exponent) << 52U);
}

double step_for(double width, double forecast, const BandForm& form) {
  constexpr double exact = 0x1p-26;
  const double extra = power(-static_cast<int>(form.extra_steps));
  if (width >= std::numeric_limits<float>::denorm_min())
    return extra * (form.steps == BandSteps::tenths
                        ? cut_short(width * (1 / steps_per_width))
                        : power_of_two(width * (1 / least_steps_per_width)));
  // No width: as fine as floats are.
  const double magnitude = std::fabs(forecast);
  return magnitude >= 0x1p-140 ? power_of_two(magnitude) * exact : exact;
}

float to_float(double value) {
  constexpr double most = std::numeric_limits<float>::max();
  return static_cast<float>(std::clamp(value, -most, most));
}

}  // namespace

double BandForm::grown(double expected) const {
  switch (growth) {
    case WidthGrowth::by_root:
      return std::sqrt(std::fabs(expected) + width_of(offset_code));
    case WidthGrowth::proportional:
      return std::fabs(expected) + width_of(offset_code);
    case WidthGrowth::none:
      break;
  }
  return 1;
}

void put_form(const BandForm& form, BitWriter& bits) {
  bits.put(static_cast<unsigned>(form.forecast), 2);
  bits.put(form.reacts ? 1 : 0, 1);
  bits.put(static_cast<unsigned>(form.growth), 2);
  bits.put(form.widths_by_day ? 1 : 0, 1);
  bits.put(form.has_zero_bounds ? 1 : 0, 1);
  bits.put(form.extra_steps, 2);
  if (form.growth != WidthGrowth::none)
    bits.put(static_cast<std::uint64_t>(form.offset_code), width_code_bits);
}

std::optional<BandForm> get_form(BitReader& bits, BandSteps steps) {
  BandForm form;
  form.steps = steps;
  form.forecast = static_cast<BandForecast>(bits.get(2));
  form.reacts = bits.get(1) != 0;
  const auto growth = bits.get(2);
  if (growth > static_cast<unsigned>(WidthGrowth::proportional)) return std::nullopt;
  form.growth = static_cast<WidthGrowth>(growth);
  form.widths_by_day = bits.get(1) != 0;
  form.has_zero_bounds = bits.get(1) != 0;
  form.extra_steps = static_cast<unsigned>(bits.get(2));
  if (form.growth != WidthGrowth::none)
    form.offset_code = static_cast<std::int64_t>(bits.get(width_code_bits));
  return form;
}

std::int64_t width_code(double width) {
  const std::int64_t bits = std::bit_cast<std::int32_t>(to_float(width));
  return std::min(most_width_code, (bits + (std::int64_t{1} << (width_shift - 1))) >> width_shift);
}

double width_of(std::int64_t code) {
  return std::bit_cast<float>(
      static_cast<std::uint32_t>(std::clamp(code, std::int64_t{0}, most_width_code))
      << width_shift);
}

std::int64_t to_steps(double value, double step) {
  const double steps = std::nearbyint(value / step);
  return std::fabs(steps) < static_cast<double>(most_steps) ? static_cast<std::int64_t>(steps)
                                                            : most_steps;
}

BandForeteller::BandForeteller(const BandForm& form, std::size_t day, const Presence& present,
                               const std::vector<std::int64_t>& widths)
    : form_(form),
      day_(day),
      present_(present),
      widths_(widths),
      known_(present.size()),
      known_widths_(present.size()),
      missed_(present.size()) {}

/// What would be expected without the values.
double BandForeteller::base_at(std::size_t place) const {
  if (form_.forecast == BandForecast::previous || place < day_ || present_[place - day_] == 0)
    return previous_;
  const double day_before = known_[place - day_];
  if (form_.forecast == BandForecast::day_before) return day_before;
  if (place == day_ || present_[place - 1] == 0 || present_[place - day_ - 1] == 0)
    return day_before;
  const double from = known_[place - day_ - 1];
  if (form_.forecast == BandForecast::scaled_day) {
    const double ratio = day_before / from;
    if (ratio > 1.0 / 8 && ratio < 8) return known_[place - 1] * ratio;
  }
  return known_[place - 1] + (day_before - from);
}

void BandForeteller::learn_missed(std::size_t end, std::span<const double> values) {
  for (; missed_end_ < end; ++missed_end_) {
    if (present_[missed_end_] == 0) continue;
    const double missed = (values[missed_end_] - known_[missed_end_]) / known_widths_[missed_end_];
    missed_[missed_end_] = std::fabs(missed) <= 1 ? missed : 0;
  }
}

BandForeteller::Forecast BandForeteller::at(std::size_t place, std::span<const double> values) {
  Forecast forecast{base_at(place)};
  const double width = width_of(widths_[place]) * form_.grown(forecast.expected);
  forecast.step = step_for(width, forecast.expected, form_);
  if (form_.reacts && place > 0) {
    learn_missed(place, values);
    double missed = missed_[place - 1];
    if (form_.forecast != BandForecast::previous && place > day_)
      missed -= missed_[place - day_ - 1];
    const double moved = missed * reaction * width;
    forecast.expected += moved;
  }
  return forecast;
}

double BandForeteller::note(std::size_t place, double expected) {
  known_[place] = expected;
  previous_ = expected;
  return known_widths_[place] = width_of(widths_[place]) * form_.grown(expected);
}

/// How much more than half of a width lies above what is expected if the band is even where its
/// noise is: on the root's scale, for widths that grow by the root.
double BandForm::lean(double expected, double width) const {
  if (growth != WidthGrowth::by_root) return 0;
  const double lean = width / (16 * (std::fabs(expected) + width_of(offset_code)));
  return lean < 0.5 ? lean : 0.5;
}

std::int64_t BandForm::share_of(double above, double width, double expected) const {
  const double share = (above / width - lean(expected, width)) * shares_per_width;
  return std::fabs(share) <= shares_per_width ? static_cast<std::int64_t>(std::nearbyint(share))
                                              : 0;
}

double BandForm::above_of(std::int64_t share, double width, double expected) const {
  const double part = static_cast<double>(share) / shares_per_width + lean(expected, width);
  return width * std::clamp(part, 0.0, 1.0);
}

Band make_band(const BandForm& form, double expected, double width, std::int64_t share,
               bool has_zero_bound) {
  if (has_zero_bound) {
    const double positive = std::max(0.0, expected);
    return {to_float(positive), 0, to_float(std::max(positive, width))};
  }
  const double above = form.above_of(share, width, expected);
  const double below = width - above;
  return {to_float(expected), to_float(expected - below), to_float(expected + above)};
}

}  // namespace bellwether::store
