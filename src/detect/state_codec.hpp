#pragma once

#include <array>
#include <cstddef>
#include <type_traits>

#include "bellwether/base/bytes.hpp"

namespace bellwether::detect {

// The parts of a model describe themselves once, `archive(field, field, ...)`, and are written and
// read by the same words: what is saved cannot differ from what is restored.

/// Appends fields in their order.
class StateWriter {
 public:
  template <class... Fields>
  void operator()(const Fields&... fields) {
    (put(fields), ...);
  }

  ByteWriter& bytes() { return bytes_; }

 private:
  template <class T>
  void put(const T& field) {
    if constexpr (std::is_enum_v<T>) {
      bytes_.put(static_cast<std::underlying_type_t<T>>(field));
    } else {
      bytes_.put(field);
    }
  }

  template <class T, std::size_t count>
  void put(const std::array<T, count>& fields) {
    bytes_.put_all(std::span<const T>(fields));
  }

  ByteWriter bytes_;
};

/// Reads fields in their order.
class StateReader {
 public:
  explicit StateReader(std::string_view bytes) : bytes_(bytes) {}

  template <class... Fields>
  void operator()(Fields&... fields) {
    (get(fields), ...);
  }

  ByteReader& bytes() { return bytes_; }

 private:
  template <class T>
  void get(T& field) {
    if constexpr (std::is_enum_v<T>) {
      field = static_cast<T>(bytes_.get<std::underlying_type_t<T>>());
    } else if constexpr (std::is_same_v<T, bool>) {
      field = bytes_.get<std::uint8_t>() != 0;
    } else {
      field = bytes_.get<T>();
    }
  }

  template <class T, std::size_t count>
  void get(std::array<T, count>& fields) {
    bytes_.get_all(std::span<T>(fields));
  }

  ByteReader bytes_;
};

}  // namespace bellwether::detect
