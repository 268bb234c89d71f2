#include "number_codec.hpp"

#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "integer_column.hpp"

namespace bellwether::store {
namespace {

constexpr std::int64_t largest_correction = 1024;  // In units of the last place.

struct Integers {
  NumberForm form;
  std::vector<std::int64_t> integers;
  std::vector<std::int64_t> corrections;
};

/// The numbers as integers of a form; nothing when one of them is none.
std::optional<Integers> convert(std::span<const double> numbers, const Presence& present,
                                const NumberForm& form, const NumberHints& hints) {
  Integers result{form, std::vector<std::int64_t>(numbers.size()),
                  std::vector<std::int64_t>(numbers.size())};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (present[i] == 0) continue;
    const std::int64_t integer = to_integer(form, hints, i, numbers[i]);
    const std::int64_t correction =
        subtract(to_ordered(numbers[i]), to_ordered(to_number(form, hints, i, integer)));
    if (correction > largest_correction || correction < -largest_correction) return std::nullopt;
    result.integers[i] = integer;
    result.corrections[i] = correction;
    result.form.has_corrections |= correction != 0;
  }
  return result;
}

Integers to_integers(std::span<const double> numbers, const Presence& present,
                     const NumberHints& hints) {
  for (const bool is_mean : {true, false}) {
    if (is_mean && hints.row_counts.empty()) continue;
    for (unsigned decimals = 0; decimals <= most_decimals; ++decimals)
      if (auto made = convert(numbers, present, {decimals, is_mean}, hints))
        return std::move(*made);
  }
  return *convert(numbers, present, {NumberForm::by_bits}, hints);
}

/// Calls `visit(residual)` for every number present.
template <class Visit>
void for_each_residual(const Integers& made, const Presence& present, const NumberHints& hints,
                       Visit visit) {
  NumberForeteller foreteller(made.form, hints, present);
  for (std::size_t i = 0; i < present.size(); ++i) {
    if (present[i] == 0) continue;
    visit(subtract(made.integers[i], foreteller.at(i)));
    foreteller.note(i, made.integers[i]);
  }
}

void choose_forecast(Integers& made, const Presence& present, const NumberHints& hints) {
  NumberForecast best = NumberForecast::previous;
  std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
  for (unsigned i = 0; i < number_forecasts; ++i) {
    made.form.forecast = static_cast<NumberForecast>(i);
    if (!made.form.fits(hints)) continue;
    std::uint64_t cost = 0;
    for_each_residual(made, present, hints, [&](std::int64_t residual) {
      cost += static_cast<std::uint64_t>(std::bit_width(fold(residual)));
    });
    if (cost >= least) continue;
    least = cost;
    best = made.form.forecast;
  }
  made.form.forecast = best;
}

}  // namespace

void encode_numbers(std::span<const double> numbers, const NumberHints& hints, BitWriter& bits) {
  Presence present(numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) present[i] = std::isnan(numbers[i]) ? 0 : 1;
  Integers made = to_integers(numbers, present, hints);
  choose_forecast(made, present, hints);

  put_form(made.form, bits);
  encode_presence(present, bits);
  if (made.form.has_corrections) put_integers(made.corrections, present, 0, bits);
  ResidualWriter residuals(bits);
  for_each_residual(made, present, hints, [&](std::int64_t residual) { residuals.put(residual); });
  residuals.finish();
}

NumberReader::NumberReader(std::size_t count, const NumberHints& hints, BitReader& bits)
    : bits_(bits),
      hints_(hints),
      form_(get_number_form(bits)),
      is_sound_(form_.fits(hints)),
      present_(decode_presence(count, bits)),
      foreteller_(form_, hints_, present_),
      residuals_(bits) {
  if (!form_.has_corrections) return;
  corrections_.resize(count);
  get_integers(present_, 0, bits, corrections_);
}

double NumberReader::next() {
  const std::size_t place = place_++;
  if (present_[place] == 0) return std::numeric_limits<double>::quiet_NaN();
  const std::int64_t integer = add(foreteller_.at(place), residuals_.get());
  foreteller_.note(place, integer);
  const double number = to_number(form_, hints_, place, integer);
  return corrections_.empty() ? number : from_ordered(add(to_ordered(number), corrections_[place]));
}

}  // namespace bellwether::store
