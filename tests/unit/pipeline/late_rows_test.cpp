// Late rows are merged into what is shown, never into what was learnt: with them or without, over
// restarts or not, the same is scored.

#include <algorithm>
#include <bit>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "bellwether/ingest/aggregator.hpp"
#include "bellwether/ingest/row_reader.hpp"
#include "bellwether/store/store.hpp"

#include "detector_pipeline.hpp"
#include "support/hourly_rows.hpp"
#include "support/temporary_folder.hpp"

namespace bellwether::pipeline {
namespace {

using bellwether::testing::an_hourly_detector;
using bellwether::testing::TemporaryFolder;

constexpr int hours = 160;
constexpr std::size_t batch_rows = 7;

struct Row {
  int hour = 0;
  int minute = 0;
  std::string country;
  double orders = 0;
};

/// Three countries hour by hour; every fourth hour brings late rows, too, that are out of all
/// proportion.
std::vector<Row> rows() {
  std::vector<Row> all;
  for (int hour = 0; hour < hours; ++hour) {
    for (const std::string country : {"NL", "BE", "DE"}) {
      const double season = 1 + 0.5 * std::sin(hour / 24.0 * 6.283);
      all.push_back({hour, 1, country, std::round(500 * season + 9 * std::sin(hour * 12.9898))});
    }
    if (hour % 4 == 0) all.push_back({hour - 2, 30, "NL", 90'000.0 + hour});
    if (hour % 8 == 0) all.push_back({hour - 1, 40, "BE", 70'000.0 + hour});
    if (hour % 12 == 0) all.push_back({hour - 2, 50, "NL", 1.0 + hour});
  }
  return all;
}

/// A detector of orders, summed up and averaged, with a store of its own.
class Shop {
 public:
  explicit Shop(Duration late_window) {
    spec_ = an_hourly_detector("shop");
    spec_.measures = {{"orders", Aggregate::sum}, {"mean", Aggregate::avg}};
    spec_.late_window = late_window;
    start();
  }

  /// Puts back what was committed; what was not is lost.
  void start() {
    aggregator_.reset();
    pipeline_ =
        std::make_unique<DetectorPipeline>(spec_, IntervalGrid(std::chrono::hours(1)),
                                           PipelineContext{.pool = pool_,
                                                           .target = target_,
                                                           .wall_clock = clock_,
                                                           .intervals = &store_->intervals()});
    const auto restored = pipeline_->restore(store_->intervals());
    ASSERT_TRUE(restored) << restored.error().message;
    aggregator_ =
        std::make_unique<ingest::Aggregator>(spec_, pipeline_->grid(), pipeline_->dictionary(),
                                             pipeline_->last_interval(), pipeline_->position());
    if (const auto first = pipeline_->first_interval()) aggregator_->set_first_interval(*first);
  }

  /// Takes rows from where it stands to `until`.
  void feed(const std::vector<Row>& rows, std::size_t until) {
    const auto& position = pipeline_->position();
    std::size_t from = position.empty() ? 0 : std::stoul(position[0].resume_at);
    for (; from < until; from += batch_rows) add(rows, from, std::min(until, from + batch_rows));
  }

  std::vector<store::Points> all_points() const {
    std::vector<store::Points> all;
    for (MeasureIndex measure = 0; measure < 2; ++measure)
      for (SeriesIndex series = 0; series < 4; ++series)
        all.push_back(
            store_->intervals().read_points("shop", measure, series, 0, 1'000'000).value());
    return all;
  }

  std::vector<IntervalQuality> quality() const {
    return store_->intervals().read_quality("shop", 1'000'000, 1000).value();
  }

 private:
  void add(const std::vector<Row>& rows, std::size_t from, std::size_t until) {
    RowBatch batch = ingest::make_row_batch(spec_);
    batch.stream = "rows";
    batch.first_row = from;
    batch.end_row = until;
    batch.resume_at = std::to_string(from);
    batch.resume_after = std::to_string(until);
    for (std::size_t i = from; i < until; ++i) {
      const Row& row = rows[i];
      batch.timestamps.push_back(
          TimePoint(std::chrono::hours(row.hour + 1000) + std::chrono::minutes(row.minute)));
      auto& column = batch.dimensions[0];
      const auto known = std::ranges::find(column.values, row.country);
      column.codes.push_back(static_cast<std::uint32_t>(known - column.values.begin()));
      if (known == column.values.end()) column.values.push_back(row.country);
      for (auto& measure : batch.measures) measure.push_back(row.orders);
    }
    const auto added = aggregator_->add(batch, [&](ingest::ClosedInterval&& interval) {
      return pipeline_->process(interval, false);
    });
    ASSERT_TRUE(added) << added.error().message;
  }

  TemporaryFolder folder_;
  WorkerPool pool_{1};
  SystemClock clock_;
  DetectorSpec spec_;
  std::unique_ptr<store::Store> store_ = store::Store::open({.path = folder_ / "data"}).value();
  StoreTarget target_{store_->intervals()};
  std::unique_ptr<DetectorPipeline> pipeline_;
  std::unique_ptr<ingest::Aggregator> aggregator_;
};

/// Whether columns are the same to the last bit, NaN being one value.
template <class Number>
bool are_equal(const std::vector<Number>& left, const std::vector<Number>& right) {
  return std::ranges::equal(
      left, right, [](Number a, Number b) { return a == b || (std::isnan(a) && std::isnan(b)); });
}

void expect_same_scores(const store::Points& one, const store::Points& other) {
  EXPECT_EQ(one.intervals, other.intervals);
  EXPECT_TRUE(are_equal(one.expected, other.expected));
  EXPECT_TRUE(are_equal(one.lower, other.lower));
  EXPECT_TRUE(are_equal(one.upper, other.upper));
  EXPECT_TRUE(are_equal(one.severity, other.severity));
}

TEST(LateRows, AreMergedOnceAndScoredTheSameOverRestarts) {
  const auto all = rows();
  Shop steady(std::chrono::hours(6));
  steady.feed(all, all.size());
  Shop restarted(std::chrono::hours(6));
  for (std::size_t until = 40; until < all.size(); until += 61) {
    restarted.feed(all, until);
    restarted.start();
  }
  restarted.feed(all, all.size());

  EXPECT_EQ(steady.quality(), restarted.quality());
  const auto one = steady.all_points();
  const auto other = restarted.all_points();
  std::size_t amended = 0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    SCOPED_TRACE(i);
    expect_same_scores(one[i], other[i]);
    EXPECT_TRUE(are_equal(one[i].values, other[i].values));
    EXPECT_EQ(one[i].revisions, other[i].revisions);
    for (const auto revision : one[i].revisions) amended += static_cast<std::size_t>(revision > 0);
  }
  EXPECT_GT(amended, 100U);
}

TEST(LateRows, ChangeNothingThatIsScored) {
  const auto all = rows();
  Shop merging(std::chrono::hours(6));
  merging.feed(all, all.size());
  Shop refusing(Duration(0));
  refusing.feed(all, all.size());

  const auto merged = merging.all_points();
  const auto plain = refusing.all_points();
  for (std::size_t i = 0; i < merged.size(); ++i) {
    SCOPED_TRACE(i);
    expect_same_scores(merged[i], plain[i]);
    for (std::size_t at = 0; at < merged[i].values.size(); ++at)
      EXPECT_EQ(merged[i].revisions[at] > 0, merged[i].values[at] != plain[i].values[at]) << at;
  }
  const auto count = [](const std::vector<IntervalQuality>& quality, auto number) {
    std::uint64_t sum = 0;
    for (const auto& interval : quality) sum += number(interval);
    return sum;
  };
  const auto late_merged = [](const auto& interval) { return interval.late_merged; };
  const auto late_rows = [](const auto& interval) { return interval.late_rows; };
  const auto refused = [](const auto& interval) { return interval.rejected.total(); };
  EXPECT_GT(count(merging.quality(), late_merged), 50U);
  EXPECT_EQ(count(merging.quality(), late_merged), count(merging.quality(), late_rows));
  EXPECT_EQ(count(merging.quality(), late_merged) + count(merging.quality(), refused),
            count(refusing.quality(), refused));
}

}  // namespace
}  // namespace bellwether::pipeline
