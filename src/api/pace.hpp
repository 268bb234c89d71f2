#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "bellwether/base/time.hpp"

namespace bellwether::api {

/// How long a body may take: so long as its bytes come, or are taken, at a least rate, and never
/// longer than it may as a whole. Who is slower holds memory for nothing.
class Pace {
 public:
  /// A telephone on a bad line does better.
  static constexpr std::size_t least_bytes_per_second = 16U << 10U;
  /// Before the rate counts: a client that waits for `100 Continue`, or for its own data.
  static constexpr std::chrono::seconds grace{10};

  explicit Pace(Duration whole) : whole_(whole) {}

  /// How much longer it may take, when so many bytes have passed.
  Duration left(std::size_t bytes) const { return left(bytes, std::chrono::steady_clock::now()); }

  Duration left(std::size_t bytes, std::chrono::steady_clock::time_point now) const {
    const std::chrono::nanoseconds earned =
        grace + std::chrono::nanoseconds(std::chrono::seconds(1)) /
                    static_cast<std::int64_t>(least_bytes_per_second) *
                    static_cast<std::int64_t>(bytes);
    const auto allowed = std::min<std::chrono::nanoseconds>(whole_, earned);
    const auto left = allowed - (now - began_);
    return std::max(std::chrono::duration_cast<Duration>(left), Duration(0));
  }

 private:
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  Duration whole_;
};

}  // namespace bellwether::api
