#include "bellwether/domain/frame.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>

namespace bellwether {

bool MeasureColumn::operator==(const MeasureColumn& other) const {
  // Bit for bit: two absent values are equal, which NaN itself would deny.
  const auto same = [](double a, double b) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
  };
  return std::ranges::equal(values, other.values, same) &&
         std::ranges::equal(row_counts, other.row_counts, same);
}

}  // namespace bellwether
