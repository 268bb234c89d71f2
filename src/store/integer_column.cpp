#include "integer_column.hpp"

#include <cmath>
#include <vector>

#include "residual_coder.hpp"

namespace bellwether::store {
namespace {

std::int64_t to_ordered(float number) {
  const auto bits = std::bit_cast<std::int32_t>(number);
  return bits < 0 ? bits ^ std::numeric_limits<std::int32_t>::max() : bits;
}
float from_ordered_float(std::int64_t ordered) {
  const auto bits = static_cast<std::int32_t>(static_cast<std::uint64_t>(ordered));
  return std::bit_cast<float>(bits < 0 ? bits ^ std::numeric_limits<std::int32_t>::max() : bits);
}

/// The integer from which the one at `place` is told.
std::int64_t reference(std::span<const std::int64_t> integers, const Presence& present,
                       std::size_t back, std::size_t place, std::int64_t last) {
  if (back == 0) return 0;
  return back > 1 && place >= back && present[place - back] != 0 ? integers[place - back] : last;
}

}  // namespace

void put_integers(std::span<const std::int64_t> integers, const Presence& present, std::size_t back,
                  BitWriter& bits) {
  ResidualWriter residuals(bits);
  std::int64_t last = 0;
  for (std::size_t i = 0; i < integers.size(); ++i) {
    if (present[i] == 0) continue;
    residuals.put(subtract(integers[i], reference(integers, present, back, i, last)));
    last = integers[i];
  }
  residuals.finish();
}

void get_integers(const Presence& present, std::size_t back, BitReader& bits,
                  std::span<std::int64_t> integers) {
  ResidualReader residuals(bits);
  std::int64_t last = 0;
  for (std::size_t i = 0; i < integers.size(); ++i) {
    if (present[i] == 0) continue;
    integers[i] = last = add(reference(integers, present, back, i, last), residuals.get());
  }
}

void put_floats(std::span<const float> numbers, BitWriter& bits) {
  Presence present(numbers.size());
  std::vector<std::int64_t> ordered(numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    present[i] = std::isnan(numbers[i]) ? 0 : 1;
    ordered[i] = to_ordered(numbers[i]);
  }
  encode_presence(present, bits);
  put_integers(ordered, present, 1, bits);
}

void get_floats(BitReader& bits, std::span<float> numbers) {
  const Presence present = decode_presence(numbers.size(), bits);
  std::vector<std::int64_t> ordered(numbers.size());
  get_integers(present, 1, bits, ordered);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    numbers[i] =
        present[i] != 0 ? from_ordered_float(ordered[i]) : std::numeric_limits<float>::quiet_NaN();
}

}  // namespace bellwether::store
