#include "bellwether/domain/routing_decision.hpp"

#include "enum_names.hpp"

namespace bellwether {
namespace {

constexpr EnumNames<Gate, 12> gate_names{{{Gate::disabled, "disabled"},
                                          {Gate::severity, "severity"},
                                          {Gate::measures, "measures"},
                                          {Gate::dimensions, "dimensions"},
                                          {Gate::direction, "direction"},
                                          {Gate::min_change, "min_change"},
                                          {Gate::min_duration, "min_duration"},
                                          {Gate::top_n, "top_n"},
                                          {Gate::silence, "silence"},
                                          {Gate::acknowledged, "acknowledged"},
                                          {Gate::notify_on, "notify_on"},
                                          {Gate::cooldown, "cooldown"}}};

}  // namespace

std::string_view to_string(Gate gate) { return name_in(gate_names, gate); }
std::optional<Gate> parse_gate(std::string_view text) { return value_in(gate_names, text); }

}  // namespace bellwether
