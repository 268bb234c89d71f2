#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace bellwether::api {

/// Decides which refused log-ins get a line in the log: one per address and minute.
///
/// Threads  one caller.
class RefusedLogins {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  static constexpr std::chrono::minutes pause{1};
  /// Addresses told apart at one time. An IPv6 host has more of them than any memory: those beyond
  /// share a line.
  static constexpr std::size_t most_addresses = 1024;

  struct Line {
    std::string address;     ///< "other addresses" for those that share a line.
    std::uint64_t more = 0;  ///< Refused since the line before, which got none.
  };

  /// Notes a refusal; a line if one is due.
  std::optional<Line> note(const std::string& address, Instant now);

 private:
  struct Told {
    Instant at{};
    std::uint64_t more = 0;
  };

  void forget_before(Instant time);

  std::map<std::string, Told> told_;
};

}  // namespace bellwether::api
