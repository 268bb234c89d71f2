#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace bellwether {

static_assert(std::endian::native == std::endian::little, "stored formats are little-endian");

/// Appends fixed-width little-endian values, varints and counted strings to a byte string. Every
/// stored format is written with it (docs/formats/).
class ByteWriter {
 public:
  template <class T>
  requires std::is_arithmetic_v<T>
  void put(T value) { bytes_.append(reinterpret_cast<const char*>(&value), sizeof value); }

  template <class T>
  requires std::is_arithmetic_v<T>
  void put_all(std::span<const T> values) {
    bytes_.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
  }

  void put_varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U) bytes_ += static_cast<char>(value | 0x80U);
    bytes_ += static_cast<char>(value);
  }

  void put_text(std::string_view text) {
    put_varint(text.size());
    bytes_.append(text);
  }

  std::size_t length() const { return bytes_.size(); }
  const std::string& bytes() const { return bytes_; }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// Reads what `ByteWriter` wrote. After a read past the end `failed()` stays true and every value
/// is zero or empty, so a decoder checks once at its end; counts must be checked against `left()`
/// before anything is reserved for them.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  template <class T>
  requires std::is_arithmetic_v<T> T get() {
    T value{};
    if (rest_.size() < sizeof value) return fail<T>();
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_.remove_prefix(sizeof value);
    return value;
  }

  template <class T>
  requires std::is_arithmetic_v<T>
  void get_all(std::span<T> values) {
    if (rest_.size() < values.size_bytes()) {
      fail<int>();
      return;
    }
    if (!values.empty()) std::memcpy(values.data(), rest_.data(), values.size_bytes());
    rest_.remove_prefix(values.size_bytes());
  }

  std::uint64_t get_varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto byte = get<std::uint8_t>();
      value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
      if ((byte & 0x80U) == 0) return value;
    }
    return fail<std::uint64_t>();
  }

  std::string_view get_text() {
    const auto length = get_varint();
    if (length > rest_.size()) return fail<std::string_view>();
    const std::string_view text = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return text;
  }

  std::size_t left() const { return rest_.size(); }
  bool failed() const { return failed_; }

  /// Whether all was read and nothing was missing.
  bool is_complete() const { return !failed_ && rest_.empty(); }

 private:
  template <class T>
  T fail() {
    failed_ = true;
    rest_ = {};
    return T{};
  }

  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace bellwether
