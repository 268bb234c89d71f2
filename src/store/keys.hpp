#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "bellwether/base/time.hpp"
#include "bellwether/domain/interval_grid.hpp"

namespace bellwether::store {

/// Writes a key whose bytes sort like the parts it is made of (docs/formats/store.md).
class KeyWriter {
 public:
  /// A byte that says which kind of record of a family this is.
  KeyWriter& kind(char letter);
  /// A name without zero bytes, ended by one, so that no name is the beginning of another.
  KeyWriter& name(std::string_view text);
  /// Text to the end of the key.
  KeyWriter& tail(std::string_view text);
  /// Big-endian.
  template <std::unsigned_integral T>
  KeyWriter& number(T value) {
    for (int shift = static_cast<int>(sizeof(T) - 1) * 8; shift >= 0; shift -= 8)
      bytes_ += static_cast<char>(value >> static_cast<unsigned>(shift));
    return *this;
  }
  /// With the sign bit turned, so that negative numbers come first.
  KeyWriter& interval(IntervalIndex index);
  KeyWriter& time(TimePoint time);
  /// The latest first.
  KeyWriter& newest_first(TimePoint time);

  const std::string& bytes() const { return bytes_; }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// Reads what `KeyWriter` wrote, part by part. After a read past the end `failed()` stays true.
class KeyReader {
 public:
  explicit KeyReader(std::string_view bytes) : rest_(bytes) {}

  char kind();
  std::string_view name();
  std::string_view tail();
  template <std::unsigned_integral T>
  T number() {
    const std::string_view bytes = take(sizeof(T));
    T value = 0;
    for (const char byte : bytes)
      value = static_cast<T>((std::uint64_t{value} << 8U) | static_cast<unsigned char>(byte));
    return value;
  }
  IntervalIndex interval();
  TimePoint time();
  TimePoint newest_first();

  bool failed() const { return failed_; }
  /// Whether all was read and nothing was missing.
  bool is_complete() const { return !failed_ && rest_.empty(); }

 private:
  std::string_view take(std::size_t length);

  std::string_view rest_;
  bool failed_ = false;
};

/// Whether `text` can be a name in a key.
bool is_key_name(std::string_view text);

/// The first key after all that begin with `prefix`; empty when there is none.
std::string after_prefix(std::string_view prefix);

/// A number as eight big-endian bytes, and back; what an inbox position is.
std::string to_big_endian(std::uint64_t value);

}  // namespace bellwether::store
