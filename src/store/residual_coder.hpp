#pragma once

#include <bit>
#include <cstdint>

#include "bit_stream.hpp"

namespace bellwether::store {

/// Small numbers on either side of zero as 0, 1, 2, ...: 0, -1, 1, -2, ...
inline std::uint64_t fold(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63U);
}
inline std::int64_t unfold(std::uint64_t folded) {
  return static_cast<std::int64_t>((folded >> 1U) ^ (~(folded & 1U) + 1U));
}

/// What writer and reader of residuals both know of those that came before: how large they are, and
/// how often they are zero.
class ResidualState {
 public:
  /// Whether zeros are frequent enough to be counted in runs.
  bool in_runs() const { return run_credit_ >= one_bit; }
  unsigned run_bits() const { return run_credit_ / one_bit; }
  /// A run of 2^run_bits zeros was full, or ended before.
  void note_full_run() { run_credit_ += run_credit_ < max_credit ? 3 : 0; }
  void note_ended_run() { run_credit_ -= run_credit_ > 0 ? 2 : 0; }

  /// How many low bits of a number are written as they are.
  unsigned low_bits() const {
    return static_cast<unsigned>(std::bit_width((mean_ * 123U) >> (mean_shift + 8U)));
  }
  void note_size(std::uint64_t folded) {
    if (folded > most_counted) folded = most_counted;
    mean_ += folded - (mean_ >> mean_shift);
  }
  void note_zero(bool is_zero) {
    if (is_zero)
      run_credit_ += 3;
    else if (run_credit_ > 0)
      --run_credit_;
  }

 private:
  static constexpr unsigned one_bit = 4;
  static constexpr unsigned max_credit = 9 * one_bit;
  static constexpr unsigned mean_shift = 4;
  static constexpr std::uint64_t most_counted = std::uint64_t{1} << 48U;

  unsigned run_credit_ = 0;
  std::uint64_t mean_ = std::uint64_t{4} << mean_shift;  ///< Times 2^mean_shift.
};

/// Quotients from here on are written as an escape.
inline constexpr unsigned longest_unary = 20;

/// Writes integers that are mostly near zero in few bits each: Golomb-Rice codes whose parameter
/// follows the numbers, and runs where most are zero.
///
/// Cost     about the entropy of a geometric distribution, and 0.1 to 0.2 bits; near 0 for zeros.
/// Source   Malvar, "Adaptive Run-Length / Golomb-Rice Encoding of Quantized Generalized Gaussian
///          Sources with Unknown Statistics", DCC 2006; Kiely, "Selecting the Golomb Parameter in
///          Rice Coding", IPN Progress Report 42-159, 2004.
class ResidualWriter {
 public:
  explicit ResidualWriter(BitWriter& bits) : bits_(bits) {}

  void put(std::int64_t value) {
    if (!state_.in_runs()) {
      const std::uint64_t folded = fold(value);
      put_number(folded);
      state_.note_zero(folded == 0);
      return;
    }
    if (value == 0) {
      if (++zeros_ < std::uint64_t{1} << state_.run_bits()) return;
      bits_.put(0, 1);
      zeros_ = 0;
      state_.note_full_run();
      return;
    }
    bits_.put(1, 1);
    bits_.put(zeros_, state_.run_bits());
    zeros_ = 0;
    state_.note_ended_run();
    put_number(fold(value) - 1);
  }

  /// After the last number.
  void finish() {
    if (zeros_ > 0) bits_.put(0, 1);
    zeros_ = 0;
  }

 private:
  void put_number(std::uint64_t folded) {
    const unsigned low = state_.low_bits();
    const std::uint64_t quotient = folded >> low;
    if (quotient < longest_unary) {
      bits_.put_unary(quotient);
      bits_.put(folded, low);
    } else {
      bits_.put((std::uint64_t{1} << longest_unary) - 1, longest_unary);
      const auto width = static_cast<unsigned>(std::bit_width(folded));
      bits_.put(width - 1, 6);
      bits_.put(folded, width);
    }
    state_.note_size(folded);
  }

  BitWriter& bits_;
  ResidualState state_;
  std::uint64_t zeros_ = 0;
};

/// Reads what `ResidualWriter` wrote; as many numbers must be asked for as were put.
class ResidualReader {
 public:
  explicit ResidualReader(BitReader& bits) : bits_(bits) {}

  std::int64_t get() {
    if (zeros_ > 0) {
      if (--zeros_ > 0 || !ends_in_number_) return 0;
      ends_in_number_ = false;
      return unfold(get_number() + 1);
    }
    if (!state_.in_runs()) {
      const std::uint64_t folded = get_number();
      state_.note_zero(folded == 0);
      return unfold(folded);
    }
    const unsigned run_bits = state_.run_bits();
    if (bits_.get(1) == 0) {
      zeros_ = (std::uint64_t{1} << run_bits) - 1;
      state_.note_full_run();
      return 0;
    }
    zeros_ = bits_.get(run_bits);
    state_.note_ended_run();
    if (zeros_ == 0) return unfold(get_number() + 1);
    ends_in_number_ = true;  // The number follows the zeros, of which this is the first.
    return 0;
  }

 private:
  std::uint64_t get_number() {
    const unsigned low = state_.low_bits();
    const unsigned quotient = bits_.get_unary(longest_unary);
    std::uint64_t folded = 0;
    if (quotient < longest_unary) {
      folded = (std::uint64_t{quotient} << low) | bits_.get(low);
    } else {
      const auto width = static_cast<unsigned>(bits_.get(6)) + 1;
      folded = bits_.get(width);
    }
    state_.note_size(folded);
    return folded;
  }

  BitReader& bits_;
  ResidualState state_;
  std::uint64_t zeros_ = 0;
  bool ends_in_number_ = false;
};

}  // namespace bellwether::store
