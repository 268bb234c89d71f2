#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace bellwether::store {

/// Appends numbers of any width to a string of bits, lowest bit first.
class BitWriter {
 public:
  /// The low `count` bits of `bits`; at most 64.
  void put(std::uint64_t bits, unsigned count) {
    if (count > 32) {
      put_short(bits & 0xffff'ffffU, 32);
      bits >>= 32U;
      count -= 32;
    }
    put_short(bits, count);
  }

  /// `count` one bits, ended by a zero bit.
  void put_unary(std::uint64_t count) {
    for (; count >= 32; count -= 32) put_short(0xffff'ffffU, 32);
    put_short((std::uint64_t{1} << count) - 1, static_cast<unsigned>(count) + 1);
  }

  /// All bits of another one.
  void append(BitWriter other) {
    std::size_t left = other.bit_count();
    for (const char byte : other.take()) {
      const auto count = static_cast<unsigned>(left < 8 ? left : 8);
      put_short(static_cast<unsigned char>(byte), count);
      left -= count;
    }
  }

  std::size_t bit_count() const { return bytes_.size() * 8 + held_; }

  /// All of it, filled up with zero bits to whole bytes.
  std::string take() {
    for (; held_ > 0; held_ = held_ > 8 ? held_ - 8 : 0, holding_ >>= 8U)
      bytes_ += static_cast<char>(holding_);
    return std::move(bytes_);
  }

 private:
  void put_short(std::uint64_t bits, unsigned count) {
    holding_ |= (bits & ((std::uint64_t{1} << count) - 1)) << held_;
    held_ += count;
    if (held_ < 32) return;
    char four[4];
    std::memcpy(four, &holding_, sizeof four);
    bytes_.append(four, sizeof four);
    holding_ >>= 32U;
    held_ -= 32;
  }

  std::string bytes_;
  std::uint64_t holding_ = 0;
  unsigned held_ = 0;  ///< Fewer than 32 between calls.
};

/// Reads what `BitWriter` wrote. Past the end there are zero bits, and `failed()` stays true.
class BitReader {
 public:
  explicit BitReader(std::string_view bytes) : bytes_(bytes) {}

  std::uint64_t get(unsigned count) {
    if (count > 32) {
      const std::uint64_t low = get_short(32);
      return low | get_short(count - 32) << 32U;
    }
    return get_short(count);
  }

  /// How many one bits stand before the next zero bit, at most `most`; a zero bit is passed over
  /// unless there were `most`.
  unsigned get_unary(unsigned most) {
    unsigned count = 0;
    for (;;) {
      const auto ones = static_cast<unsigned>(__builtin_ctzll(~(peek() & low_32)));
      if (count + ones >= most) {
        at_ += most - count;
        return most;
      }
      at_ += ones;
      count += ones;
      if (ones < 32) {
        ++at_;
        return count;
      }
    }
  }

  bool failed() const { return at_ > bytes_.size() * 8; }

 private:
  static constexpr std::uint64_t low_32 = 0xffff'ffffU;

  /// At least the next 57 bits.
  std::uint64_t peek() const {
    const std::size_t byte = at_ >> 3U;
    std::uint64_t bits = 0;
    if (byte + sizeof bits <= bytes_.size()) {
      std::memcpy(&bits, bytes_.data() + byte, sizeof bits);
    } else if (byte < bytes_.size()) {
      std::memcpy(&bits, bytes_.data() + byte, bytes_.size() - byte);
    }
    return bits >> (at_ & 7U);
  }

  std::uint64_t get_short(unsigned count) {
    const std::uint64_t bits = peek() & ((std::uint64_t{1} << count) - 1);
    at_ += count;
    return bits;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;  ///< In bits.
};

}  // namespace bellwether::store
