#include "bellwether/domain/detector_status.hpp"

#include "enum_names.hpp"

namespace bellwether {
namespace {

constexpr EnumNames<DetectorState, 11> state_names{
    {{DetectorState::inactive, "inactive"},
     {DetectorState::activating, "activating"},
     {DetectorState::learning, "learning"},
     {DetectorState::active, "active"},
     {DetectorState::deactivating, "deactivating"},
     {DetectorState::deactivated, "deactivated"},
     {DetectorState::backtest_activating, "backtest_activating"},
     {DetectorState::backtest_active, "backtest_active"},
     {DetectorState::backtest_complete, "backtest_complete"},
     {DetectorState::failed, "failed"},
     {DetectorState::deleting, "deleting"}}};

}  // namespace

std::string_view to_string(DetectorState state) { return name_in(state_names, state); }
std::optional<DetectorState> parse_detector_state(std::string_view text) {
  return value_in(state_names, text);
}

}  // namespace bellwether
