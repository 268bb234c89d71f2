#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "bit_stream.hpp"
#include "presence_codec.hpp"

namespace bellwether::store {

// How a series' bands become integers, the same for writer and reader.
//
// Width, how it lies about what is expected, and what is expected are three columns
// of integers. A width is divided by a power of what is expected (0, 1/2 or 1: what series with
// steady, count-like and proportional noise have), and is then a float whose mantissa has four
// bits. What is expected is a multiple of a step that follows from the width.

/// What one band is read back as.
struct Band {
  float expected = std::numeric_limits<float>::quiet_NaN();
  float lower = std::numeric_limits<float>::quiet_NaN();
  float upper = std::numeric_limits<float>::quiet_NaN();
};

/// Where what is expected is looked for.
enum class BandForecast : std::uint8_t {
  previous,
  day_before,
  moved_day,   ///< The one before, and how the day before went on from there.
  scaled_day,  ///< The same as a ratio.
};

enum class WidthGrowth : std::uint8_t { none, by_root, proportional };

inline constexpr unsigned most_extra_steps = 3;

/// How coarse what is expected is; a chunk's version says which.
enum class BandSteps : std::uint8_t {
  powers_of_two,  ///< The largest that is not above an eleventh of the width: version 1.
  tenths,         ///< A tenth of the width, of five bits: version 2.
};
inline constexpr BandSteps newest_band_steps = BandSteps::tenths;

struct BandForm {
  BandForecast forecast = BandForecast::previous;
  bool reacts = false;  ///< What is expected follows the values it missed.
  WidthGrowth growth = WidthGrowth::none;
  bool widths_by_day = false;           ///< Widths are those of the day before.
  bool has_zero_bounds = false;         ///< Some lower bounds are 0.
  unsigned extra_steps = 0;             ///< Each halves the step of what is expected.
  std::int64_t offset_code = 0;         ///< A width, added to what is expected before it is raised.
  BandSteps steps = newest_band_steps;  ///< Not written with the form.

  bool needs_day() const { return forecast != BandForecast::previous || widths_by_day; }
  double grown(double expected) const;

  /// How a width lies about what is expected, as an integer that changes little over time.
  std::int64_t share_of(double above, double width, double expected) const;
  double above_of(std::int64_t share, double width, double expected) const;

 private:
  double lean(double expected, double width) const;
};

void put_form(const BandForm& form, BitWriter& bits);
std::optional<BandForm> get_form(BitReader& bits, BandSteps steps);

std::int64_t width_code(double width);
double width_of(std::int64_t code);

/// The integers of a series' bands, one per place.
struct BandIntegers {
  explicit BandIntegers(std::size_t count = 0)
      : widths(count), shares(count), has_zero_bound(count), residuals(count) {}

  std::vector<std::int64_t> widths;
  std::vector<std::int64_t> shares;
  Presence has_zero_bound;
  std::vector<std::int64_t> residuals;  ///< Steps of what is expected from what was foretold.
};

/// As many steps as no band has.
inline constexpr std::int64_t most_steps = std::int64_t{1} << 52U;
std::int64_t to_steps(double value, double step);

/// Foretells what is expected from what was read back before, place by place.
class BandForeteller {
 public:
  BandForeteller(const BandForm& form, std::size_t day, const Presence& present,
                 const std::vector<std::int64_t>& widths);

  struct Forecast {
    double expected = 0;
    double step = 1;  ///< The power of two of which what is expected is a multiple.
  };
  Forecast at(std::size_t place, std::span<const double> values);

  /// What was expected at a place; gives the width of its band.
  double note(std::size_t place, double expected);

 private:
  double base_at(std::size_t place) const;
  void learn_missed(std::size_t end, std::span<const double> values);

  const BandForm& form_;
  std::size_t day_;
  const Presence& present_;
  const std::vector<std::int64_t>& widths_;
  std::vector<double> known_;
  std::vector<double> known_widths_;
  /// How far values lay from what was expected, in widths; 0 where there was none or it is far.
  std::vector<double> missed_;
  std::size_t missed_end_ = 0;
  double previous_ = 0;
};

/// Puts a band together.
Band make_band(const BandForm& form, double expected, double width, std::int64_t share,
               bool has_zero_bound);

}  // namespace bellwether::store
