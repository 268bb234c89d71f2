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

/// What the alerts of one detector have said of groups that are open, and when they spoke last.
class ToldMemory {
 public:
  using ByAlert = std::map<std::string, Told>;

  Told& about(const std::string& group, const std::string& alert) { return told_[group][alert]; }
  const Told* find(const std::string& group, const std::string& alert) const;
  const ByAlert* find(const std::string& group) const;
  void forget_group(const std::string& group) { told_.erase(group); }

  std::optional<TimePoint> spoke_at(const std::string& alert) const;
  void note_speech(const std::string& alert, TimePoint time) { spoken_[alert] = time; }
  /// Keeps when alerts spoke only for those that `is_wanted` names.
  template <class IsWanted>
  void keep_speech(IsWanted is_wanted) {
    std::erase_if(spoken_, [&](const auto& entry) { return !is_wanted(entry.first); });
  }

  std::string save() const;

  /// Errors   corrupt; it then remembers nothing.
  Result<void> restore(std::string_view bytes);

 private:
  std::map<std::string, ByAlert> told_;      ///< By group id.
  std::map<std::string, TimePoint> spoken_;  ///< By alert: its last word but endings.
};

}  // namespace bellwether::alert
