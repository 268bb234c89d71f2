#include "number_form.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "integer_column.hpp"

namespace bellwether::store {
namespace {

constexpr std::array<double, most_decimals + 1> powers_of_ten{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
constexpr std::int64_t largest_integer = std::int64_t{1} << 53U;
constexpr std::int64_t level_unit = 64;
constexpr std::int64_t level_memory = 8;

/// The nearest integer, and 0 where it has no place in a double.
std::int64_t nearest(double number) {
  const double rounded = std::nearbyint(number);
  return std::fabs(rounded) <= static_cast<double>(largest_integer)
             ? static_cast<std::int64_t>(rounded)
             : 0;
}

}  // namespace

bool NumberForm::fits(const NumberHints& hints) const {
  if (is_mean && hints.row_counts.empty()) return false;
  switch (forecast) {
    case NumberForecast::day_before:
      return hints.day > 0;
    case NumberForecast::expected:
      return !hints.expected.empty();
    case NumberForecast::level:
      return decimals != by_bits;
    case NumberForecast::previous:
      break;
  }
  return true;
}

void put_form(const NumberForm& form, BitWriter& bits) {
  bits.put(form.decimals, 3);
  bits.put(form.is_mean ? 1 : 0, 1);
  bits.put(form.has_corrections ? 1 : 0, 1);
  bits.put(static_cast<unsigned>(form.forecast), 2);
}

NumberForm get_number_form(BitReader& bits) {
  NumberForm form;
  form.decimals = static_cast<unsigned>(bits.get(3));
  form.is_mean = bits.get(1) != 0;
  form.has_corrections = bits.get(1) != 0;
  form.forecast = static_cast<NumberForecast>(bits.get(2));
  return form;
}

std::int64_t to_integer(const NumberForm& form, const NumberHints& hints, std::size_t place,
                        double number) {
  if (form.decimals == NumberForm::by_bits) return to_ordered(number);
  if (form.is_mean) number *= hints.row_counts[place];
  return nearest(number * powers_of_ten[form.decimals]);
}

double to_number(const NumberForm& form, const NumberHints& hints, std::size_t place,
                 std::int64_t integer) {
  if (form.decimals == NumberForm::by_bits) return from_ordered(integer);
  const double number = static_cast<double>(integer) / powers_of_ten[form.decimals];
  return form.is_mean ? number / hints.row_counts[place] : number;
}

std::int64_t NumberForeteller::at(std::size_t place) const {
  switch (form_.forecast) {
    case NumberForecast::day_before:
      if (place >= hints_.day && present_[place - hints_.day] != 0)
        return known_[place - hints_.day];
      break;
    case NumberForecast::expected:
      if (!std::isnan(hints_.expected[place]))
        return to_integer(form_, hints_, place, double{hints_.expected[place]});
      break;
    case NumberForecast::level:
      return level_ / level_unit;
    case NumberForecast::previous:
      break;
  }
  return previous_;
}

void NumberForeteller::note(std::size_t place, std::int64_t integer) {
  previous_ = integer;
  if (form_.forecast == NumberForecast::day_before) known_[place] = integer;
  if (form_.forecast != NumberForecast::level) return;
  const std::int64_t scaled = std::clamp(integer, -largest_integer, largest_integer) * level_unit;
  level_ = is_first_ ? scaled : level_ + (scaled - level_) / level_memory;
  is_first_ = false;
}

}  // namespace bellwether::store
