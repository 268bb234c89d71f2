#include "bellwether/domain/anomaly_group.hpp"

namespace bellwether {

std::string_view to_string(GroupStatus status) {
  return status == GroupStatus::open ? "open" : "closed";
}

Result<GroupStatus> parse_group_status(std::string_view text) {
  if (text == "open") return GroupStatus::open;
  if (text == "closed") return GroupStatus::closed;
  return invalid_input("'" + std::string(text) + "' is not a status; use open or closed");
}

}  // namespace bellwether
