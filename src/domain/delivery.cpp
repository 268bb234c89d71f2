#include "bellwether/domain/delivery.hpp"

#include "enum_names.hpp"

namespace bellwether {
namespace {

constexpr EnumNames<DeliveryState, 3> state_names{{{DeliveryState::pending, "pending"},
                                                   {DeliveryState::delivered, "delivered"},
                                                   {DeliveryState::dead, "dead"}}};

}  // namespace

std::string_view to_string(DeliveryState state) { return name_in(state_names, state); }
std::optional<DeliveryState> parse_delivery_state(std::string_view text) {
  return value_in(state_names, text);
}

}  // namespace bellwether
