#include "operations/point_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "bellwether/ingest/time_zone_database.hpp"

namespace bellwether::api {
namespace {

constexpr Duration default_stretch = std::chrono::days(28);
constexpr const char* rolled_up = "*";
constexpr std::size_t point_bytes = 160;  ///< As numbers some 50, as text seldom more than 110.

Result<SeriesIndex> find_series(const Dictionary& dictionary, const SeriesKey& key) {
  std::vector<ValueId> combination(dictionary.dimension_count(), any_value);
  const Error none = not_found("there is no series " + to_string(key));
  for (const auto& [name, value] : key.dimensions) {
    const auto dimension = dictionary.dimension_named(name);
    const auto id = dimension ? dictionary.find_value(*dimension, value) : std::nullopt;
    if (!id) return none;
    combination[*dimension] = *id;
  }
  const auto series = dictionary.find_series(combination);
  if (!series) return none;
  return *series;
}

}  // namespace

Result<IntervalGrid> grid_of(const DetectorSpec& detector) {
  auto zone = ingest::load_time_zone(detector.timestamp.timezone);
  if (!zone) return internal_error("detector '" + detector.name + "': " + zone.error().message);
  return IntervalGrid(detector.interval, std::move(*zone));
}

Result<PointAnswer> read_points(store::Store& store, SeriesDirectory& directory,
                                const DetectorView& detector, const PointQuery& query,
                                ByteReservation* held) {
  const auto measure = find_measure(detector.spec, query.measure);
  if (!measure) return measure.error();
  if (auto known = check_dimensions(detector.spec, query.dimensions); !known) return known.error();
  PointAnswer answer;
  answer.series.measure = query.measure;
  for (const auto& [name, value] : query.dimensions)
    if (value != rolled_up) answer.series.dimensions[name] = value;
  const auto dictionary = directory.dictionary(detector);
  if (!dictionary) return dictionary.error();
  const auto series = find_series(**dictionary, answer.series);
  if (!series) return series.error();
  const auto grid = grid_of(detector.spec);
  if (!grid) return grid.error();
  const auto progress = store.intervals().progress(detector.spec.name);
  if (!progress) return progress.error();

  const TimePoint newest_end =
      progress->last_interval ? grid->end_of(*progress->last_interval) : TimePoint{};
  answer.to = query.to.value_or(newest_end);
  answer.from = query.from.value_or(answer.to - default_stretch);
  if (answer.to <= answer.from) return invalid_input("'to' must be later than 'from'");
  // An interval belongs to the stretch when its start does.
  const auto first_at_or_after = [&](TimePoint time) {
    const IntervalIndex index = grid->index_of(time);
    return grid->start_of(index) < time ? index + 1 : index;
  };
  const IntervalIndex begin = first_at_or_after(answer.from);
  const IntervalIndex end = first_at_or_after(answer.to);
  if (end - begin > max_points)
    return invalid_input("from-to spans " + std::to_string(end - begin) +
                         " intervals; ask for at most " + std::to_string(max_points) + " at once");
  const auto bytes = static_cast<std::size_t>(std::max<std::int64_t>(end - begin, 0)) * point_bytes;
  if (held != nullptr)
    if (auto room = held->grow(bytes); !room)
      return unavailable("reading the points: " + room.error().message);
  auto points = store.intervals().read_points(detector.spec.name, *measure, *series, begin, end);
  if (!points) return points.error();
  answer.points = std::move(*points);
  return answer;
}

}  // namespace bellwether::api
