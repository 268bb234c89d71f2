#pragma once

#include <string>
#include <vector>

#include "bellwether/domain/dictionary.hpp"
#include "bellwether/domain/frame.hpp"
#include "bellwether/domain/interval_grid.hpp"
#include "bellwether/domain/scored_frame.hpp"
#include "bellwether/store/store.hpp"

namespace bellwether::api {

/// Commits intervals of the detector that `ApiHouse::add_detector` makes, as its pipeline would.
class StoredHistory {
 public:
  explicit StoredHistory(store::Store& store, std::string detector = "shop")
      : store_(store), detector_(std::move(detector)), dictionary_({"country", "device"}) {}

  /// Adds a combination; "" for a dimension that is rolled up.
  void add_series(const std::string& country, const std::string& device) {
    const ValueId ids[] = {country.empty() ? any_value : dictionary_.add_value(0, country),
                           device.empty() ? any_value : dictionary_.add_value(1, device)};
    dictionary_.add_series(ids);
  }

  /// Commits the next hour from 2026-03-19T00:00:00Z on. Series s of measure m has the value
  /// `100 * m + 10 * s + hour`; expected is one less, the bounds three off, severity half of it.
  void commit_hour(std::vector<AnomalyGroup> groups = {},
                   std::vector<Notification> notifications = {},
                   std::vector<RoutingDecision> decisions = {}) {
    const IntervalGrid grid{std::chrono::hours(1)};
    const auto interval = grid.index_of(parse_rfc3339("2026-03-19T00:00:00Z").value()) + hour_;
    const std::size_t count = dictionary_.series_count();
    Frame frame{interval, grid.start_of(interval), count, {}};
    ScoredFrame scored{interval, grid.start_of(interval), {}, {}};
    for (int m = 0; m < 2; ++m) {
      MeasureColumn column;
      ScoredColumn scores;
      for (std::size_t s = 0; s < count; ++s) {
        const double value = 100.0 * m + 10.0 * static_cast<double>(s) + static_cast<double>(hour_);
        column.values.push_back(value);
        scores.expected.push_back(static_cast<float>(value - 1));
        scores.lower.push_back(static_cast<float>(value - 3));
        scores.upper.push_back(static_cast<float>(value + 3));
        scores.severity.push_back(static_cast<float>(value / 2));
        scores.scale.push_back(1);
      }
      frame.measures.push_back(std::move(column));
      scored.measures.push_back(std::move(scores));
    }
    IntervalQuality quality;
    quality.interval = interval;
    quality.start = frame.start;
    quality.rows = 7;
    quality.rejected.add(RowFault::bad_timestamp, 3, "column 'timestamp': 'soon' is no time");
    const SourcePosition position;
    store_.intervals()
        .commit({detector_,
                 frame,
                 scored,
                 quality,
                 position,
                 dictionary_,
                 before_,
                 groups,
                 notifications,
                 grid.end_of(interval),
                 "",
                 "",
                 {},
                 {},
                 true,
                 {},
                 decisions})
        .value();
    before_ = dictionary_.extent();
    ++hour_;
  }

  static AnomalyGroup group(const std::string& id, double severity) {
    AnomalyGroup group;
    group.id = id;
    group.detector = "shop";
    group.start = group.end = parse_rfc3339("2026-03-19T00:00:00Z").value();
    group.severity = severity;
    group.primary_measure = "views";
    group.measures = {{"views", 1, severity, {{"country", {{"NL", 100, -20}}}}}};
    GroupSeries series;
    series.key = {"views", {{"country", "NL"}}};
    series.first = series.last = series.peak = group.start;
    series.value = 80;
    series.expected = 100;
    series.lower = 90;
    series.upper = 110;
    series.severity = severity;
    series.deviation = -20;
    series.reason = Reason::unusual_value;
    group.series = {series};
    group.series_total = 1;
    group.root_causes = {{{{"country", "NL"}}, "views", 93.5}};
    return group;
  }

 private:
  store::Store& store_;
  std::string detector_;
  Dictionary dictionary_;
  Dictionary::Size before_ = dictionary_.extent();  ///< At the commit before.
  std::int64_t hour_ = 0;
};

}  // namespace bellwether::api
