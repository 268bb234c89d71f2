#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/problem.hpp"
#include "bellwether/base/time.hpp"

namespace bellwether {

enum class Direction : std::uint8_t { any, up, down };

/// What can happen to a group that someone may want to hear of.
enum class GroupEvent : std::uint8_t { opened, escalated, closed, amended, withdrawn };

std::string_view to_string(Direction direction);
std::optional<Direction> parse_direction(std::string_view text);
std::string_view to_string(GroupEvent event);
std::optional<GroupEvent> parse_group_event(std::string_view text);

/// Which groups an alert is about. An absent list passes everything; values of one dimension are
/// OR, dimensions are AND, and one series must satisfy them all.
struct AlertFilter {
  std::vector<std::string> measures;
  std::map<std::string, std::vector<std::string>> dimensions;

  bool operator==(const AlertFilter&) const = default;
};

/// Deviations from the expected value smaller than these never alert.
struct MinChange {
  double absolute = 0;
  double percent = 0;

  bool operator==(const MinChange&) const = default;
};

/// A rule: detector, filters, severity and destinations.
struct AlertSpec {
  std::string name;
  std::string description;
  std::string detector;
  std::optional<double> severity;
  Direction direction = Direction::any;
  MinChange min_change;
  std::vector<GroupEvent> notify_on{GroupEvent::opened};
  AlertFilter filters;
  std::uint32_t min_duration = 1;  ///< Intervals that a group must have lasted.
  std::uint32_t top_n = 0;  ///< Of the groups that pass in an interval, the most severe; 0: all.
  Duration cooldown{0};     ///< Having spoken, it says nothing but endings for so long.
  bool batch = false;       ///< One notification per sink for all its groups of an interval.
  std::vector<std::string> sinks;
  bool enabled = true;

  bool operator==(const AlertSpec&) const = default;
};

/// Every problem that shows without knowing detectors and sinks.
Problems validate(const AlertSpec& spec);

/// How much one alert may filter by; asked where alerts come in, not where they are read back.
struct AlertLimits {
  std::size_t measures = 5;
  std::size_t dimensions = 5;
  std::size_t values = 10;  ///< Of each dimension.

  bool operator==(const AlertLimits&) const = default;
};

Problems validate(const AlertSpec& spec, const AlertLimits& limits);

}  // namespace bellwether
