#include "operations/series_trace.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "operations/point_reader.hpp"

namespace bellwether::api {
namespace {

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

std::string counted(std::uint64_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

Result<std::optional<IntervalQuality>> read_quality(store::Store& store,
                                                    const std::string& detector,
                                                    IntervalIndex interval) {
  auto read = store.intervals().read_quality(detector, interval + 1, 1);
  if (!read) return read.error();
  if (read->empty() || read->front().interval != interval) return std::optional<IntervalQuality>();
  return std::optional(std::move(read->front()));
}

bool holds(const AnomalyGroup& group, const SeriesKey& series, TimePoint start) {
  return std::ranges::any_of(group.series, [&](const GroupSeries& one) {
    return one.key == series && one.first <= start && start <= one.last;
  });
}

Result<std::optional<AnomalyGroup>> find_group(store::Store& store, const SeriesTrace& trace,
                                               const std::string& detector) {
  store::GroupQuery query;
  query.detector = detector;
  query.from = trace.start;
  query.to = trace.end;
  query.measure = trace.series.measure;
  query.dimensions = trace.series.dimensions;
  do {
    auto page = store.groups().find(query);
    if (!page) return page.error();
    for (AnomalyGroup& group : page->groups)
      if (holds(group, trace.series, trace.start)) return std::optional(std::move(group));
    query.cursor = page->next_cursor;
  } while (!query.cursor.empty());
  return std::optional<AnomalyGroup>();
}

std::string rows_in_words(const IntervalQuality& quality) {
  if (!quality.import_failure.empty())
    return "The interval could not be imported: " + quality.import_failure + ".";
  std::string text = "The interval took " + counted(quality.rows, "row");
  const auto refused = quality.rejected.total();
  if (refused > 0) text += " and refused " + std::to_string(refused);
  return text + ".";
}

std::string score_in_words(const SeriesTrace::Score& score, double threshold) {
  if (std::isnan(score.expected))
    return "Its value was " + number(score.value) +
           "; nothing was expected of it yet, for the series was still learnt.";
  std::string text = "Its value was " + number(score.value) + " where " + number(score.expected) +
                     " was expected (" + number(score.lower) + " to " + number(score.upper) + ")";
  if (std::isnan(score.severity)) return text + "; it was not judged.";
  const bool is_anomaly = score.severity >= threshold;
  return text + ": severity " + number(score.severity) +
         (is_anomaly ? ", which reaches" : ", which is below") + " the detector's threshold of " +
         number(threshold) + (is_anomaly ? "." : ", so it is no anomaly.");
}

}  // namespace

Result<SeriesTrace> trace_series(store::Store& store, SeriesDirectory& directory,
                                 const DetectorView& detector, const std::string& measure,
                                 const std::map<std::string, std::string>& dimensions,
                                 TimePoint at) {
  const auto grid = grid_of(detector.spec);
  if (!grid) return grid.error();
  const IntervalIndex interval = grid->index_of(at);
  SeriesTrace trace;
  trace.start = grid->start_of(interval);
  trace.end = grid->end_of(interval);
  auto points =
      read_points(store, directory, detector, {measure, dimensions, trace.start, trace.end});
  if (!points) return points.error();
  trace.series = std::move(points->series);
  auto quality = read_quality(store, detector.spec.name, interval);
  if (!quality) return quality.error();
  trace.quality = std::move(*quality);
  if (!trace.quality || points->points.starts.empty()) return trace;
  const store::Points& found = points->points;
  trace.score = SeriesTrace::Score{found.values[0], found.expected[0], found.lower[0],
                                   found.upper[0], found.severity[0]};
  auto group = find_group(store, trace, detector.spec.name);
  if (!group) return group.error();
  trace.group = std::move(*group);
  if (!trace.group) return trace;
  auto alerts = trace_group(store, *trace.group, detector.spec.interval);
  if (!alerts) return alerts.error();
  trace.alerts = std::move(*alerts);
  return trace;
}

std::vector<std::string> in_words(const SeriesTrace& trace, const DetectorSpec& detector) {
  std::vector<std::string> words;
  if (!trace.quality)
    return {"The interval is not closed yet, or is forgotten: there is nothing to say of it."};
  words.push_back(rows_in_words(*trace.quality));
  if (!trace.score || std::isnan(trace.score->value)) {
    words.emplace_back("The series had no row in it.");
    if (!trace.score || std::isnan(trace.score->severity)) return words;
  }
  words.push_back(score_in_words(*trace.score, detector.threshold));
  if (!trace.group) {
    if (trace.score->severity >= detector.threshold)
      words.emplace_back(
          "No anomaly holds it: the group it was in keeps only its most severe "
          "series.");
    return words;
  }
  words.push_back("Anomaly " + trace.group->id + " holds it, of severity " +
                  number(trace.group->severity) + ".");
  if (trace.alerts.empty()) words.emplace_back("No alert listens to this detector.");
  for (const AlertTrace& alert : trace.alerts)
    words.push_back("Alert " + alert.alert + ": " + in_words(alert, *trace.group));
  return words;
}

}  // namespace bellwether::api
