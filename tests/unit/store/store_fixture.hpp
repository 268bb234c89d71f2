#pragma once

#include <cmath>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "bellwether/store/store.hpp"

#include "scratch_directory.hpp"

namespace bellwether::store {

inline constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

inline TimePoint minute(std::int64_t number) { return TimePoint(std::chrono::minutes(number)); }

/// A store in a directory of its own.
class StoreTest : public testing::Test {
 protected:
  StoreTest() : scratch_(*make_scratch_directory(fast_place())) { reopen(); }

  std::string path() const { return scratch_.path() + "/data"; }
  std::string path_for(const std::string& name) const { return scratch_.path() + "/" + name; }

  StoreSettings settings() const { return {.path = path(), .inbox_bytes = inbox_bytes_}; }

  void close() { store_.reset(); }
  void reopen() {
    close();
    auto opened = Store::open(settings());
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
  }

  Store& store() { return *store_; }

  std::vector<std::string> damages() {
    const auto report = store_->verify({});
    EXPECT_TRUE(report);
    return report ? report->damages : std::vector<std::string>();
  }

  std::uint64_t inbox_bytes_ = 256ULL << 20U;

  const std::string& scratch_path() const { return scratch_.path(); }

 private:
  /// In memory where the system offers it: what is tried here is order, not the disk.
  static std::string fast_place() {
    return std::filesystem::is_directory("/dev/shm") ? "/dev/shm" : testing::TempDir();
  }

  ScratchDirectory scratch_;
  std::unique_ptr<Store> store_;
};

/// Commits intervals of one detector as its pipeline would.
class Committer {
 public:
  Committer(std::string detector, std::vector<std::string> dimensions)
      : dictionary(std::move(dimensions)), detector_(std::move(detector)) {}

  /// Adds series until there are `count`: value1, value2, ... of the first dimension.
  void grow_to(std::size_t count) {
    while (dictionary.series_count() < count) {
      std::vector<ValueId> combination(dictionary.dimension_count(), any_value);
      if (!combination.empty())
        combination[0] =
            dictionary.add_value(0, "value" + std::to_string(dictionary.series_count() + 1));
      dictionary.add_series(combination);
    }
  }

  /// The value of a series at an interval, different for each.
  static double value_of(std::size_t measure, std::size_t series, IntervalIndex interval) {
    if ((series + static_cast<std::size_t>(interval)) % 7 == 3) return nothing;
    return static_cast<double>(interval) * 1000 + static_cast<double>(series) +
           static_cast<double>(measure) / 4;
  }

  Frame frame_of(IntervalIndex interval) const {
    Frame frame{interval, minute(interval), dictionary.series_count(), {}};
    frame.measures.resize(measures);
    for (std::size_t m = 0; m < measures; ++m) {
      MeasureColumn& column = frame.measures[m];
      for (std::size_t s = 0; s < frame.series_count; ++s) {
        column.values.push_back(value_of(m, s, interval));
        if (m == 1) column.row_counts.push_back(std::isnan(column.values.back()) ? 0 : 3);
      }
    }
    return frame;
  }

  static ScoredFrame scores_of(const Frame& frame) {
    ScoredFrame scored{frame.interval, frame.start, {}, {}};
    scored.measures.resize(frame.measures.size());
    for (ScoredColumn& column : scored.measures)
      for (std::size_t s = 0; s < frame.series_count; ++s) {
        const auto base = static_cast<float>(s);
        // The first intervals have no scores yet.
        const bool is_known = frame.interval >= first_scored;
        const float unknown = std::numeric_limits<float>::quiet_NaN();
        column.expected.push_back(is_known ? base + 0.5F : unknown);
        column.lower.push_back(is_known ? base : unknown);
        column.upper.push_back(is_known ? base + 1 : unknown);
        column.severity.push_back(is_known ? 12 : unknown);
        column.scale.push_back(1);
      }
    return scored;
  }

  Result<void> commit(Store& store, IntervalIndex interval) {
    const Frame frame = frame_of(interval);
    const ScoredFrame scored = scores_of(frame);
    IntervalQuality quality;
    quality.interval = interval;
    quality.start = frame.start;
    quality.rows = frame.series_count;
    quality.rejected.add(RowFault::late, 3, "too late");
    auto done = store.intervals().commit({detector_, frame, scored, quality, position, dictionary,
                                          before, groups, notifications, now, grouper_state,
                                          router_state, checkpoints, feedback, true, amendments});
    if (done) before = dictionary.extent();
    groups.clear();
    notifications.clear();
    checkpoints.clear();
    feedback.clear();
    amendments.clear();
    return done;
  }

  static constexpr IntervalIndex first_scored = 2;

  Dictionary dictionary;
  Dictionary::Size before;
  std::size_t measures = 1;
  SourcePosition position;
  std::vector<AnomalyGroup> groups;
  std::vector<Notification> notifications;
  std::vector<BlockCheckpoint> checkpoints;
  std::vector<TaughtFeedback> feedback;
  std::vector<Amendment> amendments;
  std::string grouper_state = "grouper";
  std::string router_state = "router";
  TimePoint now = minute(1);

 private:
  std::string detector_;
};

inline AnomalyGroup a_group(std::string id, std::string detector, TimePoint start) {
  AnomalyGroup group;
  group.id = std::move(id);
  group.detector = std::move(detector);
  group.start = start;
  group.end = start + std::chrono::minutes(5);
  group.severity = 75.5;
  group.primary_measure = "revenue";
  group.measures = {{"revenue", 1, 75.5, {{"country", {{"NL", 100, -12.5}}}}}};
  GroupSeries series;
  series.key = {"revenue", {{"country", "NL"}}};
  series.first = start;
  series.last = group.end;
  series.peak = start;
  series.value = 12.25;
  series.severity = 75.5;
  series.reason = Reason::unusual_value;
  group.series = {series};
  group.series_total = 1;
  return group;
}

inline Notification a_notification(std::string id, const AnomalyGroup& group) {
  Notification notification;
  notification.delivery_id = std::move(id);
  notification.alert = "all";
  notification.sink = "ops";
  notification.detector = group.detector;
  notification.interval = std::chrono::hours(1);
  notification.caused_at = group.end;
  notification.group = group;
  return notification;
}

}  // namespace bellwether::store
