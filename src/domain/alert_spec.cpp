#include "bellwether/domain/alert_spec.hpp"

#include "bellwether/domain/detector_spec.hpp"

#include "enum_names.hpp"

namespace bellwether {
namespace {

constexpr EnumNames<Direction, 3> direction_names{
    {{Direction::any, "any"}, {Direction::up, "up"}, {Direction::down, "down"}}};
constexpr EnumNames<GroupEvent, 5> event_names{{{GroupEvent::opened, "opened"},
                                                {GroupEvent::escalated, "escalated"},
                                                {GroupEvent::closed, "closed"},
                                                {GroupEvent::amended, "amended"},
                                                {GroupEvent::withdrawn, "withdrawn"}}};

}  // namespace

std::string_view to_string(Direction direction) { return name_in(direction_names, direction); }
std::optional<Direction> parse_direction(std::string_view text) {
  return value_in(direction_names, text);
}
std::string_view to_string(GroupEvent event) { return name_in(event_names, event); }
std::optional<GroupEvent> parse_group_event(std::string_view text) {
  return value_in(event_names, text);
}

Problems validate(const AlertSpec& spec) {
  Problems problems = validate_name("name", spec.name);
  if (spec.detector.empty())
    problems.push_back({"detector", "must name the detector it listens to", 0, 0});
  if (spec.severity && (*spec.severity < 0 || *spec.severity > 100))
    problems.push_back({"severity", "must be between 0 and 100", 0, 0});
  if (spec.min_change.absolute < 0)
    problems.push_back({"min_change.absolute", "must not be negative", 0, 0});
  if (spec.min_change.percent < 0)
    problems.push_back({"min_change.percent", "must not be negative", 0, 0});
  if (spec.min_duration == 0)
    problems.push_back({"min_duration", "must be at least 1 interval", 0, 0});
  if (spec.cooldown < Duration(0)) problems.push_back({"cooldown", "must not be negative", 0, 0});
  if (spec.notify_on.empty())
    problems.push_back({"notify_on", "must list at least one event, such as opened", 0, 0});
  if (spec.sinks.empty()) problems.push_back({"sinks", "must name at least one sink", 0, 0});
  for (const auto& [dimension, values] : spec.filters.dimensions)
    if (values.empty())
      problems.push_back({"filters.dimensions." + dimension, "must list at least one value", 0, 0});
  return problems;
}

Problems validate(const AlertSpec& spec, const AlertLimits& limits) {
  Problems problems;
  const auto check = [&](const std::string& field, std::size_t count, std::size_t most,
                         const std::string& what) {
    if (count > most)
      problems.push_back({field,
                          "lists " + std::to_string(count) + " " + what + "; at most " +
                              std::to_string(most) + " are allowed (alert_limits)",
                          0, 0});
  };
  check("filters.measures", spec.filters.measures.size(), limits.measures, "measures");
  check("filters.dimensions", spec.filters.dimensions.size(), limits.dimensions, "dimensions");
  for (const auto& [dimension, values] : spec.filters.dimensions)
    check("filters.dimensions." + dimension, values.size(), limits.values, "values");
  return problems;
}

}  // namespace bellwether
