#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "bellwether/store/store.hpp"

#include "detector_pipeline.hpp"
#include "support/hourly_rows.hpp"
#include "support/temporary_folder.hpp"

namespace bellwether::pipeline {
namespace {

using bellwether::testing::an_hourly_detector;
using bellwether::testing::TemporaryFolder;

constexpr int shops = 150;  // Three blocks.
constexpr IntervalIndex hours = 200;

/// A store that can lose what is saved after a commit, as a crash does.
class Target final : public CommitTarget {
 public:
  explicit Target(store::IntervalLog& intervals) : target_(intervals) {}

  Result<void> commit(const store::IntervalCommit& interval) override {
    return target_.commit(interval);
  }
  Result<void> save_checkpoints(std::string_view detector,
                                std::span<const store::BlockCheckpoint> checkpoints) override {
    saved_ += checkpoints.size();
    return is_losing_ ? ok() : target_.save_checkpoints(detector, checkpoints);
  }

  void lose(bool is_losing) { is_losing_ = is_losing; }
  std::size_t saved() const { return saved_; }

 private:
  StoreTarget target_;
  bool is_losing_ = false;
  std::size_t saved_ = 0;
};

/// A pipeline of shops, some of which come later, over a store of its own.
class Shops {
 public:
  explicit Shops(std::size_t threads) : pool_(threads) { start({}); }

  /// What `change` makes of the context holds from now on.
  void start(const std::function<void(PipelineContext&)>& change) {
    PipelineContext context{
        .pool = pool_, .target = target_, .wall_clock = clock_, .intervals = &store_->intervals()};
    if (change) change(context);
    pipeline_ = std::make_unique<DetectorPipeline>(an_hourly_detector("shop"),
                                                   IntervalGrid(std::chrono::hours(1)), context);
    const auto restored = pipeline_->restore(store_->intervals());
    ASSERT_TRUE(restored) << restored.error().message;
  }

  void feed(IntervalIndex hour) {
    auto& dictionary = pipeline_->dictionary();
    const int known = hour < 30 ? shops / 2 : shops;
    while (dictionary.series_count() < static_cast<std::size_t>(known)) {
      const ValueId value = dictionary.add_value(0, std::to_string(dictionary.series_count()));
      dictionary.add_series(std::array{value});
    }
    ingest::ClosedInterval interval;
    interval.frame.interval = interval.quality.interval = hour;
    interval.frame.series_count = dictionary.series_count();
    const bool is_outage = hour == 90;
    for (int i = 0; i < known; ++i) {
      const double day = std::sin(static_cast<double>(hour) / 24 * 2 * 3.14159265 + i);
      const double wobble = std::sin(static_cast<double>(hour) * 12.9898 + i);
      values(interval).push_back(is_outage && i > 5 ? std::numeric_limits<double>::quiet_NaN()
                                                    : 100 + 30 * day + 3 * wobble);
    }
    const auto processed = pipeline_->process(interval, false);
    ASSERT_TRUE(processed) << processed.error().message;
  }

  DetectorPipeline& pipeline() { return *pipeline_; }
  Target& target() { return target_; }

  /// All that was shown and kept, as text.
  std::string everything() const {
    std::string text;
    for (SeriesIndex series = 0; series < shops; ++series) {
      const auto points = store_->intervals().read_points("shop", 0, series, 0, hours).value();
      for (const auto* column : {&points.expected, &points.lower, &points.upper, &points.severity})
        text.append(reinterpret_cast<const char*>(column->data()), column->size() * sizeof(float));
    }
    return text;
  }

 private:
  static std::vector<double>& values(ingest::ClosedInterval& interval) {
    auto& measures = interval.frame.measures;
    if (measures.empty()) measures.emplace_back();
    return measures.front().values;
  }

  TemporaryFolder folder_;
  WorkerPool pool_;
  SystemClock clock_;
  std::unique_ptr<store::Store> store_ = store::Store::open({.path = folder_ / "data"}).value();
  Target target_{store_->intervals()};
  std::unique_ptr<DetectorPipeline> pipeline_;
};

TEST(Restart, GivesTheSameBitsFromMemoryAndFromTheStore) {
  Shops straight(1);
  Shops from_memory(2);
  Shops from_store(2);
  for (IntervalIndex hour = 0; hour < hours; ++hour) {
    straight.feed(hour);
    from_memory.feed(hour);
    from_store.feed(hour);
    if (hour % 37 == 11) {
      from_memory.start({});
      from_store.start([](PipelineContext& context) { context.most_values_read_back = 0; });
    }
  }
  const std::string everything = straight.everything();
  EXPECT_TRUE(from_memory.everything() == everything);
  EXPECT_TRUE(from_store.everything() == everything);
}

TEST(Restart, LeavesTheLastRefitsUntilAfterwards) {
  Shops straight(1);
  Shops crashing(2);
  int caught_up = 0;
  for (IntervalIndex hour = 0; hour < hours; ++hour) {
    straight.feed(hour);
    const bool is_last = hour % 3 == 1;  // Refits begin in hour 64.
    crashing.target().lose(is_last);
    crashing.feed(hour);
    if (!is_last) continue;
    crashing.target().lose(false);
    const std::size_t saved = crashing.target().saved();
    crashing.start({});
    EXPECT_EQ(crashing.target().saved(), saved);
    if (hour % 2 == 0) continue;
    ASSERT_TRUE(crashing.pipeline().catch_up());
    const std::size_t saved_once = crashing.target().saved();
    if (saved_once > saved) ++caught_up;
    ASSERT_TRUE(crashing.pipeline().catch_up());
    EXPECT_EQ(crashing.target().saved(), saved_once) << "there is nothing left to do";
  }
  EXPECT_GT(caught_up, 3);
  EXPECT_TRUE(crashing.everything() == straight.everything());
}

TEST(Restart, GivesTheSameBitsWithHardlyAnyMemory) {
  MemoryBudget none(1);
  Shops straight(1);
  Shops poor(1);
  poor.start([&](PipelineContext& context) { context.memory = &none; });
  for (IntervalIndex hour = 0; hour < hours; ++hour) {
    straight.feed(hour);
    poor.feed(hour);
  }
  EXPECT_TRUE(poor.everything() == straight.everything());
  EXPECT_EQ(poor.pipeline().most_series(), static_cast<std::size_t>(shops)) << "no room for more";
}

TEST(Restart, SaysWhatItHoldsInMemory) {
  MemoryBudget budget(std::size_t{1} << 30U);
  Shops shop(1);
  shop.start([&](PipelineContext& context) { context.memory = &budget; });
  EXPECT_GT(shop.pipeline().most_series(), 100'000U);
  for (IntervalIndex hour = 0; hour < 40; ++hour) shop.feed(hour);
  EXPECT_EQ(budget.held_bytes(), shop.pipeline().held_bytes());
  EXPECT_GT(budget.held_bytes(), shops * 1'000U);
  EXPECT_LT(budget.held_bytes(), shops * 4'000U);
  const std::size_t held = shop.pipeline().held_bytes();
  shop.start([&](PipelineContext& context) { context.memory = &budget; });
  EXPECT_NEAR(static_cast<double>(shop.pipeline().held_bytes()), static_cast<double>(held),
              static_cast<double>(held) / 2);
}

}  // namespace
}  // namespace bellwether::pipeline
