#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/routing_decision.hpp"

namespace bellwether::alert {

/// What an alert last said of a group, and what holds it back.
struct Told {
  bool has_passed = false;  ///< Whatever comes later is measured against the moment it did.
  double severity = 0;
  std::uint64_t series = 0;
  std::uint32_t times = 0;   ///< How often it has spoken.
  std::optional<Gate> held;  ///< The gate at which it stood last time.
};

/// What the alerts of one detector have said of groups that are open, and which of them are quiet
/// for a while.
class ToldMemory {
 public:
  using ByAlert = std::map<std::string, Told>;

  Told& about(const std::string& group, const std::string& alert) { return told_[group][alert]; }
  const ByAlert* find(const std::string& group) const;
  void forget_group(const std::string& group) { told_.erase(group); }

  /// Until when an alert holds its tongue after its last word.
  std::optional<TimePoint> quiet_until(const std::string& alert) const;
  void keep_quiet(const std::string& alert, TimePoint until) { quiet_[alert] = until; }
  void forget_quiet_before(TimePoint time) {
    std::erase_if(quiet_, [&](const auto& entry) { return entry.second <= time; });
  }

  std::string save() const;

  /// Errors   corrupt; it then remembers nothing.
  Result<void> restore(std::string_view bytes);

 private:
  std::map<std::string, ByAlert> told_;     ///< By group id.
  std::map<std::string, TimePoint> quiet_;  ///< By alert: until when.
};

}  // namespace bellwether::alert
