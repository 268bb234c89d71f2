#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "bit_stream.hpp"
#include "presence_codec.hpp"

namespace bellwether::store {

// How the numbers of a column become integers, and how those are foretold; the same for writer and
// reader. No compiler may fuse a product with a sum here (src/store/CMakeLists.txt): the two would
// part ways.

/// What helps to foretell the numbers of a column; the same must be given for reading.
struct NumberHints {
  /// How many places back the same time of the day before is; 0: nowhere.
  std::size_t day = 0;
  /// What was expected, one per place; empty: not known.
  std::span<const float> expected;
  /// How many rows each number is the mean of; empty: it is no mean.
  std::span<const double> row_counts;
};

enum class NumberForecast : std::uint8_t {
  previous,
  day_before,
  expected,
  level,  ///< A running mean.
};
inline constexpr unsigned number_forecasts = 4;

inline constexpr unsigned most_decimals = 6;

/// How the integers of a column become its numbers.
struct NumberForm {
  static constexpr unsigned by_bits = 7;  ///< In the place of a number of decimals.

  unsigned decimals = 0;         ///< The integer is the number times 10^decimals; or `by_bits`.
  bool is_mean = false;          ///< The integer is the sum, to be divided by the row count.
  bool has_corrections = false;  ///< Last bits are added afterwards.
  NumberForecast forecast = NumberForecast::previous;

  bool fits(const NumberHints& hints) const;
};

void put_form(const NumberForm& form, BitWriter& bits);
NumberForm get_number_form(BitReader& bits);

std::int64_t to_integer(const NumberForm& form, const NumberHints& hints, std::size_t place,
                        double number);
double to_number(const NumberForm& form, const NumberHints& hints, std::size_t place,
                 std::int64_t integer);

/// Foretells the integers of a column, one present place after the other.
class NumberForeteller {
 public:
  NumberForeteller(const NumberForm& form, const NumberHints& hints, const Presence& present)
      : form_(form), hints_(hints), present_(present) {
    if (form.forecast == NumberForecast::day_before) known_.resize(present.size());
  }

  std::int64_t at(std::size_t place) const;
  void note(std::size_t place, std::int64_t integer);

 private:
  const NumberForm& form_;
  const NumberHints& hints_;
  const Presence& present_;
  std::vector<std::int64_t> known_;
  std::int64_t previous_ = 0;
  std::int64_t level_ = 0;
  bool is_first_ = true;
};

}  // namespace bellwether::store
