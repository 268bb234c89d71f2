#include "bellwether/domain/detector_spec.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "enum_names.hpp"

namespace bellwether {
namespace {

constexpr EnumNames<Aggregate, 5> aggregate_names{{{Aggregate::sum, "sum"},
                                                   {Aggregate::avg, "avg"},
                                                   {Aggregate::min, "min"},
                                                   {Aggregate::max, "max"},
                                                   {Aggregate::count, "count"}}};
constexpr EnumNames<OnMissing, 3> on_missing_names{
    {{OnMissing::automatic, "auto"}, {OnMissing::zero, "zero"}, {OnMissing::skip, "skip"}}};

constexpr std::size_t max_dimensions = 16;
constexpr std::size_t max_measures = 1000;
constexpr int least_ttl_intervals = 12;

std::string at(std::string_view list, std::size_t index) {
  return std::string(list) + "[" + std::to_string(index) + "]";
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

void check_times(const DetectorSpec& spec, Problems& problems) {
  const Duration day = std::chrono::days(1);
  if (spec.interval < std::chrono::seconds(1) || spec.interval > day ||
      day.count() % std::max<Duration::rep>(spec.interval.count(), 1) != 0)
    problems.push_back({"interval", "must divide a day, such as 1m, 5m, 10m, 30m, 1h or 1d", 0, 0});
  if (spec.offset < Duration(0) || spec.offset > std::chrono::days(5))
    problems.push_back({"offset", "must be between 0s and 5d", 0, 0});
  if (spec.late_window < Duration(0))
    problems.push_back({"late_window", "must not be negative", 0, 0});
  if (spec.timestamp.column.empty())
    problems.push_back({"timestamp.column", "must name the column that holds the time", 0, 0});
}

void check_columns(const DetectorSpec& spec, Problems& problems) {
  if (spec.measures.empty())
    problems.push_back({"measures", "must list at least one measure", 0, 0});
  if (spec.measures.size() > max_measures)
    problems.push_back({"measures", "must list at most 1000 measures", 0, 0});
  if (spec.dimensions.size() > max_dimensions)
    problems.push_back({"dimensions", "must list at most 16 dimensions", 0, 0});
  std::set<std::string> seen{spec.timestamp.column};
  const auto check = [&](const std::string& field, const std::string& column) {
    if (column.empty()) {
      problems.push_back({field, "must name a column", 0, 0});
    } else if (!seen.insert(column).second) {
      problems.push_back({field, "column '" + column + "' is used twice", 0, 0});
    }
  };
  for (std::size_t i = 0; i < spec.measures.size(); ++i)
    check(at("measures", i) + ".column", spec.measures[i].column);
  for (std::size_t i = 0; i < spec.dimensions.size(); ++i)
    check(at("dimensions", i), spec.dimensions[i]);
}

void check_dimension_uses(const DetectorSpec& spec, Problems& problems) {
  const auto check = [&](const std::string& field, const std::string& dimension) {
    if (!contains(spec.dimensions, dimension))
      problems.push_back({field, "'" + dimension + "' is not one of the dimensions", 0, 0});
  };
  for (std::size_t i = 0; i < spec.where.size(); ++i) {
    check(at("where", i) + ".dimension", spec.where[i].dimension);
    if (spec.where[i].in.empty())
      problems.push_back({at("where", i) + ".in", "must list at least one value", 0, 0});
  }
  const auto& lists = spec.rollups.dimension_lists;
  for (std::size_t i = 0; i < lists.size(); ++i)
    for (const auto& dimension : lists[i]) check(at("rollups", i), dimension);
}

void check_limits(const DetectorSpec& spec, Problems& problems) {
  if (spec.threshold < 0 || spec.threshold > 100)
    problems.push_back({"threshold", "must be between 0 and 100", 0, 0});
  if (spec.learning_intervals && *spec.learning_intervals > 100'000)
    problems.push_back({"learning_intervals", "must be at most 100000", 0, 0});
  if (spec.series_ttl && *spec.series_ttl != Duration(0) &&
      *spec.series_ttl < least_ttl_intervals * spec.interval)
    problems.push_back(
        {"series_ttl",
         "must be 0s (for ever) or at least " + std::to_string(least_ttl_intervals) + " intervals",
         0, 0});
  if (spec.max_series < 1 || spec.max_series > 100'000'000)
    problems.push_back({"max_series", "must be between 1 and 100000000", 0, 0});
  if (spec.max_value_length < 1 || spec.max_value_length > 65'536)
    problems.push_back({"max_value_length", "must be between 1 and 65536", 0, 0});
}

}  // namespace

std::string_view to_string(Aggregate aggregate) { return name_in(aggregate_names, aggregate); }
std::optional<Aggregate> parse_aggregate(std::string_view text) {
  return value_in(aggregate_names, text);
}
std::string_view to_string(OnMissing rule) { return name_in(on_missing_names, rule); }
std::optional<OnMissing> parse_on_missing(std::string_view text) {
  return value_in(on_missing_names, text);
}

Problems validate_name(std::string_view field, std::string_view name) {
  const bool good = !name.empty() && name.size() <= 63 && is_letter_or_digit(name.front()) &&
                    std::ranges::all_of(
                        name, [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_'; });
  if (good) return {};
  return {{std::string(field),
           "'" + std::string(name) +
               "' is not a name; use 1 to 63 letters, digits, - or _, beginning with a letter or "
               "digit",
           0, 0}};
}

Problems validate_retention(const DetectorSpec& spec, Duration retention) {
  if (spec.late_window <= retention) return {};
  return {{"late_window", "must not be longer than store.retention, " + to_string(retention) +
                              ": intervals that are forgotten take no rows"}};
}

Problems validate(const DetectorSpec& spec) {
  Problems problems = validate_name("name", spec.name);
  check_times(spec, problems);
  check_columns(spec, problems);
  check_dimension_uses(spec, problems);
  check_limits(spec, problems);
  for (Problem problem : validate(spec.source)) {
    problem.field.insert(0, "source.");
    problems.push_back(std::move(problem));
  }
  return problems;
}

std::uint64_t learning_intervals(const DetectorSpec& spec) {
  constexpr Duration day = std::chrono::days(1);
  if (spec.learning_intervals) return *spec.learning_intervals;
  if (spec.interval == day) return 14;
  const auto per_day = day / spec.interval;
  return static_cast<std::uint64_t>(std::clamp<Duration::rep>(300, 2 * per_day, 25 * per_day / 2));
}

Duration series_ttl(const DetectorSpec& spec) {
  if (spec.series_ttl) return *spec.series_ttl;
  return spec.on_missing == OnMissing::zero ? Duration(0) : std::chrono::days(30);
}

bool keeps_data(const DetectorSpec& before, const DetectorSpec& after) {
  return before.name == after.name && before.interval == after.interval &&
         before.measures == after.measures && before.dimensions == after.dimensions &&
         before.rollups == after.rollups && before.where == after.where &&
         before.timestamp.timezone == after.timestamp.timezone;
}

}  // namespace bellwether
