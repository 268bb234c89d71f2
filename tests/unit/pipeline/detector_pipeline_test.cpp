#include "detector_pipeline.hpp"

#include <cmath>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "bellwether/store/store.hpp"

#include "support/hourly_rows.hpp"
#include "support/temporary_folder.hpp"

namespace bellwether::pipeline {
namespace {

using bellwether::testing::an_hourly_detector;
using bellwether::testing::TemporaryFolder;

constexpr int countries = 5;

constexpr IntervalIndex first_refit = 63;

/// A store that may lose what came before the first refit as soon as that interval is committed.
class Target final : public CommitTarget {
 public:
  Target(store::IntervalLog& intervals, bool is_forgetful)
      : intervals_(intervals), target_(intervals), is_forgetful_(is_forgetful) {}

  Result<void> commit(const store::IntervalCommit& interval) override {
    auto committed = target_.commit(interval);
    if (!committed || !is_forgetful_ || interval.frame.interval != first_refit) return committed;
    return intervals_.drop_before(interval.detector, first_refit);
  }

  Result<void> save_checkpoints(std::string_view detector,
                                std::span<const store::BlockCheckpoint> checkpoints) override {
    return target_.save_checkpoints(detector, checkpoints);
  }

 private:
  store::IntervalLog& intervals_;
  StoreTarget target_;
  bool is_forgetful_;
};

/// A pipeline over a store of its own, fed with frames made by hand.
class Feed {
 public:
  explicit Feed(std::size_t history_bytes, bool is_forgetful = false)
      : store_(store::Store::open({.path = folder_ / "data"}).value()),
        target_(store_->intervals(), is_forgetful),
        pipeline_(an_hourly_detector("shop"), IntervalGrid(std::chrono::hours(1)),
                  {.pool = pool_,
                   .target = target_,
                   .wall_clock = clock_,
                   .history_bytes = history_bytes,
                   .intervals = &store_->intervals()}) {}

  /// One interval in which only the first `present` countries report, and twice as much as usual if
  /// it is not all.
  void feed(IntervalIndex hour, int present) {
    ingest::ClosedInterval interval;
    interval.frame.interval = interval.quality.interval = hour;
    interval.frame.series_count = countries;
    auto& values = interval.frame.measures.emplace_back().values;
    for (int i = 0; i < countries; ++i) {
      if (hour == 0) add_country(i);
      const double wobble = std::sin(static_cast<double>(hour) * 12.9898 + i);
      const double value = (present < countries ? 200 : 100) + 5 * wobble;
      values.push_back(i < present ? value : std::numeric_limits<double>::quiet_NaN());
    }
    const auto processed = pipeline_.process(interval, false);
    ASSERT_TRUE(processed) << processed.error().message;
    source_ = interval.quality.source;
  }

  SourceHealth source() const { return source_; }

  std::vector<float> expected(SeriesIndex series) const {
    return store_->intervals().read_points("shop", 0, series, 0, 100'000).value().expected;
  }

 private:
  void add_country(int number) {
    auto& dictionary = pipeline_.dictionary();
    const ValueId value = dictionary.add_value(0, std::to_string(number));
    dictionary.add_series(std::array{value});
  }

  TemporaryFolder folder_;
  WorkerPool pool_{1};
  SystemClock clock_;
  std::unique_ptr<store::Store> store_;
  Target target_;
  DetectorPipeline pipeline_;
  SourceHealth source_ = SourceHealth::healthy;
};

TEST(DetectorPipeline, RefitsWhenTheIntervalIsCommitted) {
  Feed usual(0);
  Feed forgetful(0, true);  // A refit before the commit would still find its history.
  for (IntervalIndex hour = 0; hour < first_refit + 10; ++hour) {
    usual.feed(hour, countries);
    forgetful.feed(hour, countries);
  }
  EXPECT_EQ(usual.expected(0)[first_refit], forgetful.expected(0).front());
  EXPECT_NE(usual.expected(0).back(), forgetful.expected(0).back());
}

TEST(DetectorPipeline, LearnsTheSameFromMemoryAndFromTheStore) {
  Feed from_memory(std::size_t{1} << 30U);
  Feed from_store(1);
  for (IntervalIndex hour = 0; hour < 300; ++hour) {
    const bool is_outage = hour % 40 == 39;
    for (Feed* feed : {&from_memory, &from_store}) {
      feed->feed(hour, is_outage ? 2 : countries);
      if (hour > 60 && hour < 120) {
        ASSERT_EQ(feed->source(), is_outage ? SourceHealth::partial : SourceHealth::healthy);
      }
    }
  }
  for (SeriesIndex series = 0; series < countries; ++series) {
    const auto one = from_memory.expected(series);
    const auto other = from_store.expected(series);
    ASSERT_EQ(one.size(), other.size());
    for (std::size_t i = 0; i < one.size(); ++i)
      ASSERT_TRUE(one[i] == other[i] || (std::isnan(one[i]) && std::isnan(other[i]))) << i;
  }
}

}  // namespace
}  // namespace bellwether::pipeline
