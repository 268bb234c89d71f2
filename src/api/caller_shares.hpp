#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "bellwether/base/byte_budget.hpp"

namespace bellwether::api {

/// What one caller may hold of `server.memory`.
struct CallerShare {
  ByteBudget requests;  ///< Bodies, what they unpack to, and rows: half of all.
  ByteBudget answers;   ///< Half of what all answers may hold.
};

/// Shares `server.memory` among callers, so that one leaves as much to all others. Answers, which
/// wait for whoever asked to read them, have half of it: they never keep rows out.
///
/// Threads  one caller; the shares themselves may be used by any.
class CallerShares {
 public:
  explicit CallerShares(ByteBudget& memory)
      : memory_(memory),
        answers_("the share of answers in server.memory", memory.bytes() / 2, memory) {}

  /// Lives as long as someone holds it.
  std::shared_ptr<CallerShare> share_of(const std::string& caller);

 private:
  void forget_unused();

  ByteBudget& memory_;
  ByteBudget answers_;
  std::map<std::string, std::weak_ptr<CallerShare>> shares_;
  std::size_t most_before_cleaning_ = 64;
};

}  // namespace bellwether::api
