#include "refused_logins.hpp"

namespace bellwether::api {

std::optional<RefusedLogins::Line> RefusedLogins::note(const std::string& address, Instant now) {
  static const std::string others = "other addresses";
  const bool is_full = !told_.contains(address) && told_.size() >= most_addresses;
  if (is_full) forget_before(now - pause);
  const bool is_known = told_.contains(address) || told_.size() < most_addresses;
  const std::string& name = is_known ? address : others;
  const auto [entry, is_new] = told_.try_emplace(name, Told{now, 0});
  Told& told = entry->second;
  if (!is_new && now - told.at < pause) {
    ++told.more;
    return std::nullopt;
  }
  Line line{name, told.more};
  told = {now, 0};
  return line;
}

void RefusedLogins::forget_before(Instant time) {
  std::erase_if(told_, [&](const auto& entry) { return entry.second.at <= time; });
}

}  // namespace bellwether::api
