#include "caller_shares.hpp"

#include <algorithm>

namespace bellwether::api {

std::shared_ptr<CallerShare> CallerShares::share_of(const std::string& caller) {
  std::weak_ptr<CallerShare>& known = shares_[caller];
  if (auto share = known.lock()) return share;
  const std::string name = "the share of " + caller + " in server.memory";
  std::shared_ptr<CallerShare> share(
      new CallerShare{ByteBudget(name, memory_.bytes() / 2, memory_),
                      ByteBudget(name + " for answers", answers_.bytes() / 2, answers_)});
  known = share;
  if (shares_.size() > most_before_cleaning_) forget_unused();
  return share;
}

void CallerShares::forget_unused() {
  std::erase_if(shares_, [](const auto& entry) { return entry.second.expired(); });
  // Twice what is in use: the work stays a small part of what made it necessary.
  most_before_cleaning_ = std::max<std::size_t>(64, shares_.size() * 2);
}

}  // namespace bellwether::api
