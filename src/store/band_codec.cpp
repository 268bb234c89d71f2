#include "band_codec.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>
#include <utility>

#include "integer_column.hpp"

namespace bellwether::store {
namespace {

/// A form, and the integers it makes of a series' bands.
struct Attempt {
  BandForm form;
  BandIntegers integers;
  std::uint64_t cost = 0;  ///< About how many bits it takes, for comparison.
};

bool is_near(double read, double written, double width) {
  return std::fabs(read - written) <= width * largest_band_error;
}

std::uint64_t bits_of(std::int64_t residual) {
  return static_cast<std::uint64_t>(std::bit_width(fold(residual)));
}

/// Tries a form. Nothing when a band would not be read back well enough.
std::optional<Attempt> try_form(const SeriesColumns& columns, const Presence& present,
                                const BandForm& form, std::size_t day) {
  const std::size_t count = present.size();
  Attempt attempt{form, BandIntegers(count)};
  BandIntegers& made = attempt.integers;
  BandForeteller foreteller(attempt.form, day, present, made.widths);
  std::int64_t share = 0;
  std::int64_t width_before = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (present[i] == 0) continue;
    const double expected = columns.expected[i];
    const double lower = columns.lower[i];
    const double upper = columns.upper[i];
    const double width = upper - lower;
    const double growth = form.grown(expected);
    made.widths[i] = growth > 0 ? width_code(width / growth) : 0;
    made.has_zero_bound[i] = lower == 0 && form.has_zero_bounds ? 1 : 0;
    const auto forecast = foreteller.at(i, columns.values);
    const std::int64_t steps = to_steps(expected, forecast.step);
    const std::int64_t foretold = to_steps(forecast.expected, forecast.step);
    if (steps == most_steps || foretold == most_steps) return std::nullopt;
    made.residuals[i] = steps - foretold;
    const double read = static_cast<double>(steps) * forecast.step;
    const double read_width = foreteller.note(i, read);
    if (width > 0 && made.has_zero_bound[i] == 0)
      share = form.share_of(upper - expected, width, read);
    made.shares[i] = share;
    const Band band = make_band(form, read, read_width, share, made.has_zero_bound[i] != 0);
    if (!is_near(band.expected, expected, width) || !is_near(band.lower, lower, width) ||
        !is_near(band.upper, upper, width))
      return std::nullopt;
    const bool has_day = form.widths_by_day && i >= day && present[i - day] != 0;
    attempt.cost += bits_of(made.residuals[i]) +
                    bits_of(made.widths[i] - (has_day ? made.widths[i - day] : width_before));
    width_before = made.widths[i];
  }
  return attempt;
}

/// A bound of 0 says by itself how much of the width lies below.
Presence places_with_share(Presence present, const BandIntegers& made) {
  for (std::size_t i = 0; i < present.size(); ++i)
    if (made.has_zero_bound[i] != 0) present[i] = 0;
  return present;
}

void write(const Attempt& attempt, const Presence& present, std::size_t day, BitWriter& bits) {
  const BandIntegers& made = attempt.integers;
  put_form(attempt.form, bits);
  encode_presence(present, bits);
  put_integers(made.widths, present, attempt.form.widths_by_day ? day : 1, bits);
  if (attempt.form.has_zero_bounds) encode_presence(made.has_zero_bound, bits);
  put_integers(made.shares, places_with_share(present, made), 1, bits);
  ResidualWriter residuals(bits);
  for (std::size_t i = 0; i < present.size(); ++i)
    if (present[i] != 0) residuals.put(made.residuals[i]);
  residuals.finish();
}

/// Whether all three are there or none, in order, and finite.
bool is_regular(const SeriesColumns& columns) {
  for (std::size_t i = 0; i < columns.expected.size(); ++i) {
    const float expected = columns.expected[i];
    const float lower = columns.lower[i];
    const float upper = columns.upper[i];
    if (std::isnan(expected) && std::isnan(lower) && std::isnan(upper)) continue;
    if (!(lower <= expected && expected <= upper) || !std::isfinite(lower) || !std::isfinite(upper))
      return false;
  }
  return true;
}

double typical_width(const SeriesColumns& columns, const Presence& present) {
  std::vector<double> widths;
  for (std::size_t i = 0; i < present.size(); ++i)
    if (present[i] != 0) widths.push_back(double{columns.upper[i]} - columns.lower[i]);
  if (widths.empty()) return 0;
  const auto middle = widths.begin() + static_cast<std::ptrdiff_t>(widths.size() / 2);
  std::nth_element(widths.begin(), middle, widths.end());
  return *middle;
}

/// Looks for the shortest form, one choice after the other.
class Search {
 public:
  Search(const SeriesColumns& columns, const Presence& present, std::size_t day)
      : columns_(columns), present_(present), day_(day) {}

  std::optional<Attempt> run() {
    BandForm form;
    form.has_zero_bounds = std::ranges::find(columns_.lower, 0.0F) != columns_.lower.end();
    attempt(form);
    form.offset_code = width_code(typical_width(columns_, present_) / 16);
    for (form.growth = WidthGrowth::by_root;; form.growth = WidthGrowth::proportional) {
      attempt(form);
      if (form.growth == WidthGrowth::proportional) break;
    }
    try_change([](BandForm& changed) { changed.reacts = true; });
    if (day_ == 0) return std::move(best_);
    for (const auto forecast :
         {BandForecast::day_before, BandForecast::moved_day, BandForecast::scaled_day})
      try_change([&](BandForm& changed) { changed.forecast = forecast; });
    try_change([](BandForm& changed) { changed.reacts = !changed.reacts; });
    try_change([](BandForm& changed) { changed.widths_by_day = true; });
    return std::move(best_);
  }

 private:
  void attempt(BandForm form) {
    for (form.extra_steps = 0; form.extra_steps <= most_extra_steps; ++form.extra_steps) {
      auto made = try_form(columns_, present_, form, day_);
      if (!made) continue;
      if (!best_ || made->cost < best_->cost) best_ = std::move(made);
      return;
    }
  }

  template <class Change>
  void try_change(Change change) {
    if (!best_) return;
    BandForm form = best_->form;
    change(form);
    attempt(form);
  }

  const SeriesColumns& columns_;
  const Presence& present_;
  std::size_t day_;
  std::optional<Attempt> best_;
};

}  // namespace

void encode_bands(const SeriesColumns& columns, std::size_t day, BitWriter& bits) {
  if (is_regular(columns)) {
    Presence present(columns.expected.size());
    for (std::size_t i = 0; i < present.size(); ++i)
      present[i] = std::isnan(columns.expected[i]) ? 0 : 1;
    if (const auto best = Search(columns, present, day).run()) {
      bits.put(0, 1);
      write(*best, present, day, bits);
      return;
    }
  }
  bits.put(1, 1);
  for (const auto* column : {&columns.expected, &columns.lower, &columns.upper})
    put_floats(*column, bits);
}

BandReader::BandReader(std::size_t count, std::size_t day, BandSteps steps, BitReader& bits)
    : bits_(bits),
      is_exact_(bits.get(1) != 0),
      present_(count),
      integers_(count),
      foreteller_(form_, day, present_, integers_.widths),
      residuals_(bits) {
  if (is_exact_) {
    for (auto* column : {&exact_.expected, &exact_.lower, &exact_.upper}) {
      column->resize(count);
      get_floats(bits, *column);
    }
    return;
  }
  const auto form = get_form(bits, steps);
  if (!form || (form->needs_day() && day == 0)) {
    is_sound_ = false;
    return;
  }
  form_ = *form;
  present_ = decode_presence(count, bits);
  get_integers(present_, form_.widths_by_day ? day : 1, bits, integers_.widths);
  if (form_.has_zero_bounds) integers_.has_zero_bound = decode_presence(count, bits);
  get_integers(places_with_share(present_, integers_), 1, bits, integers_.shares);
}

Band BandReader::next(std::span<const double> values) {
  const std::size_t place = place_++;
  if (is_exact_) return {exact_.expected[place], exact_.lower[place], exact_.upper[place]};
  if (present_[place] == 0) return {};
  return band_of(place, values);
}

Band BandReader::band_of(std::size_t place, std::span<const double> values) {
  const auto forecast = foreteller_.at(place, values);
  const std::int64_t steps = add(to_steps(forecast.expected, forecast.step), residuals_.get());
  const double expected = static_cast<double>(steps) * forecast.step;
  const double width = foreteller_.note(place, expected);
  return make_band(form_, expected, width, integers_.shares[place],
                   integers_.has_zero_bound[place] != 0);
}

}  // namespace bellwether::store
