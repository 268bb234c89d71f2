#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <span>

#include "bit_stream.hpp"
#include "presence_codec.hpp"

namespace bellwether::store {

/// Writes the integers at the places present: as they are (`back` 0), or each as the difference
/// from the one `back` places before, or where that is none from the last one.
void put_integers(std::span<const std::int64_t> integers, const Presence& present, std::size_t back,
                  BitWriter& bits);
void get_integers(const Presence& present, std::size_t back, BitReader& bits,
                  std::span<std::int64_t> integers);

/// Writes floats by their bits, NaN as an absence.
void put_floats(std::span<const float> numbers, BitWriter& bits);
void get_floats(BitReader& bits, std::span<float> numbers);

/// A number's bits as an integer that grows with it.
inline std::int64_t to_ordered(double number) {
  const auto bits = std::bit_cast<std::int64_t>(number);
  return bits < 0 ? bits ^ std::numeric_limits<std::int64_t>::max() : bits;
}
inline double from_ordered(std::int64_t ordered) {
  return std::bit_cast<double>(ordered < 0 ? ordered ^ std::numeric_limits<std::int64_t>::max()
                                           : ordered);
}

/// What overflows comes round again, so that one undoes the other.
inline std::int64_t subtract(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
inline std::int64_t add(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

}  // namespace bellwether::store
