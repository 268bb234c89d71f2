#include "demo_report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include "bellwether/document/group_documents.hpp"
#include "bellwether/document/json.hpp"
#include "bellwether/lab/evaluation.hpp"

namespace bellwether::daemon {
namespace {

/// `2026-03-20 08:00`, as people write it.
std::string plain_time(TimePoint time) {
  std::string text = to_rfc3339(time).substr(0, 16);
  text[10] = ' ';
  return text;
}

std::string plain_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, std::abs(value) < 100 ? "%.4g" : "%.0f", value);
  return text;
}

/// The series that shows best what happened, in words.
std::string worst_series(const AnomalyGroup& group) {
  if (group.series.empty()) return "";
  const GroupSeries& worst = group.series.front();
  return to_string(worst.key) + " was " + plain_number(worst.value) + ", expected " +
         plain_number(worst.expected);
}

std::string percent(double share) {
  char text[16];
  std::snprintf(text, sizeof text, "%.3f", share);
  return text;
}

std::string describe(const lab::Agreement& agreement) {
  return "precision " + percent(agreement.precision()) + "  recall " + percent(agreement.recall()) +
         "  F1 " + percent(agreement.f1());
}

/// A text of the document at the end of `path`, or nothing.
std::string text_at(const document::Node& node, std::initializer_list<std::string_view> path) {
  const document::Node* at = &node;
  for (const auto key : path)
    if (at != nullptr) at = at->find(key);
  if (at == nullptr) return "";
  if (const auto* text = at->as<std::string>()) return *text;
  if (const auto* number = at->as<double>()) return plain_number(*number);
  return "";
}

TimePoint judged_from(const lab::Scenario& scenario) {
  const auto learning = static_cast<Duration::rep>(learning_intervals(scenario.detector));
  return scenario.rows.front().time + scenario.detector.interval * learning;
}

}  // namespace

void DemoReport::line(const std::string& text) {
  const std::lock_guard lock(mutex_);
  out_ << text << "\n" << std::flush;
}

Result<void> DemoReport::print_new_groups(const store::GroupArchive& groups) {
  std::vector<AnomalyGroup> fresh;
  store::GroupQuery query;
  bool met_known = false;
  do {
    auto page = groups.find(query);
    if (!page) return page.error();
    for (auto& group : page->groups) {
      met_known |= seen_.contains(group.id);
      if (seen_.insert(group.id).second) fresh.push_back(std::move(group));
    }
    query.cursor = page->next_cursor;
  } while (!met_known && !query.cursor.empty());
  std::ranges::sort(fresh, {}, &AnomalyGroup::start);
  for (const auto& group : fresh) {
    char severity[16];
    std::snprintf(severity, sizeof severity, "%5.1f", group.severity);
    line(plain_time(group.start) + "  group     severity " + severity + "  " + worst_series(group) +
         "  (" + std::to_string(group.series_total) + " series)");
  }
  return ok();
}

void DemoReport::print_delivery(const std::string& body) {
  const auto node = document::parse_json(body);
  if (!node) return;
  const std::string start = text_at(*node, {"anomaly", "start"});
  line((start.size() >= 16 ? start.substr(0, 10) + " " + start.substr(11, 5) : start) +
       "  delivery  " + text_at(*node, {"event"}) + " for alert " +
       text_at(*node, {"alert", "name"}) + ", severity " + text_at(*node, {"anomaly", "severity"}));
  const std::lock_guard lock(mutex_);
  ++deliveries_;
}

Result<void> DemoReport::print_agreement(store::Store& store, const lab::Scenario& scenario) {
  const DetectorSpec& spec = scenario.detector;
  lab::Evaluation evaluation(spec.interval);
  const IntervalGrid grid(spec.interval);
  for (const auto& row : scenario.rows) {
    for (std::size_t measure = 0; measure < spec.measures.size(); ++measure) {
      if (!row.labels[measure]) continue;
      SeriesKey key{spec.measures[measure].column, {}};
      for (std::size_t i = 0; i < spec.dimensions.size(); ++i)
        key.dimensions[spec.dimensions[i]] = row.dimensions[i];
      evaluation.label(key, grid.start_of(grid.index_of(row.time)));
    }
  }
  Dictionary dictionary(spec.dimensions);
  if (auto loaded = store.intervals().load_dictionary(spec.name, dictionary); !loaded)
    return loaded;
  const IntervalIndex from = grid.index_of(scenario.rows.front().time);
  const IntervalIndex to = grid.index_of(scenario.rows.back().time) + 1;
  for (SeriesIndex series = 0; series < dictionary.series_count(); ++series) {
    if (!dictionary.is_leaf(series)) continue;
    for (std::size_t measure = 0; measure < spec.measures.size(); ++measure) {
      const auto points = store.intervals().read_points(spec.name, measure, series, from, to);
      if (!points) return points.error();
      const SeriesKey key = dictionary.key(series, spec.measures[measure].column);
      for (std::size_t i = 0; i < points->starts.size(); ++i)
        if (points->severity[i] >= spec.threshold) evaluation.flag(key, points->starts[i]);
    }
  }
  const TimePoint judged = judged_from(scenario);
  line("against the labels, from " + plain_time(judged) + ", severity " +
       plain_number(spec.threshold) + " or more:");
  line("  points  " + describe(evaluation.point_wise(judged)));
  line("  events  " + describe(evaluation.event_wise(judged)));
  return ok();
}

}  // namespace bellwether::daemon
