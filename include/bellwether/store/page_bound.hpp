#pragma once

#include <cstddef>

namespace bellwether::store {

/// Bounds what one page of a list holds: a page ends before the record that would take it beyond
/// `max_bytes`, however few there are; one record always fits.
///
/// Threads  one caller.
class PageBound {
 public:
  /// As a tree of JSON this takes some ten times as much, for as long as it is written.
  static constexpr std::size_t max_bytes = 1U << 20U;

  explicit PageBound(std::size_t limit) : limit_(limit) {}

  /// Whether a record of so many bytes belongs to the page; it counts from then on.
  bool take(std::size_t bytes) {
    if (count_ == limit_ || (count_ > 0 && bytes > max_bytes - bytes_)) return false;
    ++count_;
    bytes_ = bytes > max_bytes ? max_bytes : bytes_ + bytes;
    return true;
  }

 private:
  std::size_t limit_;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace bellwether::store
