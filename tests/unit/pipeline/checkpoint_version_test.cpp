#include <cmath>
#include <functional>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "bellwether/base/bytes.hpp"
#include "bellwether/base/ids.hpp"
#include "bellwether/store/store.hpp"

#include "detector_pipeline.hpp"
#include "support/hourly_rows.hpp"
#include "support/temporary_folder.hpp"

namespace bellwether::pipeline {
namespace {

using bellwether::testing::an_hourly_detector;
using bellwether::testing::TemporaryFolder;

constexpr int countries = 3;

/// Writes block 0 as something else.
class ChangingTarget final : public CommitTarget {
 public:
  explicit ChangingTarget(store::IntervalLog& intervals) : intervals_(intervals) {}

  Result<void> commit(const store::IntervalCommit& interval) override {
    return intervals_.commit(interval);
  }

  Result<void> save_checkpoints(std::string_view detector,
                                std::span<const store::BlockCheckpoint> checkpoints) override {
    std::vector<store::BlockCheckpoint> changed(checkpoints.begin(), checkpoints.end());
    for (auto& checkpoint : changed)
      if (change && checkpoint.block == 0) change(checkpoint.bytes);
    return intervals_.save_checkpoints(detector, changed);
  }

  std::function<void(std::string&)> change;

 private:
  store::IntervalLog& intervals_;
};

/// As an older release would have left it.
void make_of_another_version(std::string& bytes) {
  bytes.resize(bytes.size() - sizeof(std::uint64_t));
  bytes.front() = 4;
  ByteWriter sum;
  sum.put(stable_hash(bytes));
  bytes += sum.bytes();
}

/// A detector of two measures, so two blocks, and its store.
class Shop {
 public:
  Shop() { start(); }

  std::string start() {
    pipeline_ =
        std::make_unique<DetectorPipeline>(spec(), IntervalGrid(std::chrono::hours(1)),
                                           PipelineContext{.pool = pool_,
                                                           .target = target,
                                                           .wall_clock = clock_,
                                                           .intervals = &store_->intervals()});
    const auto restored = pipeline_->restore(store_->intervals());
    return restored ? "" : restored.error().message;
  }

  void feed(IntervalIndex from, IntervalIndex to) {
    for (IntervalIndex hour = from; hour < to; ++hour) {
      ingest::ClosedInterval interval;
      interval.frame.interval = interval.quality.interval = hour;
      interval.frame.series_count = countries;
      if (hour == 0) add_countries();
      for (int measure = 0; measure < 2; ++measure) {
        auto& values = interval.frame.measures.emplace_back().values;
        for (int i = 0; i < countries; ++i)
          values.push_back(100 + 5 * std::sin(static_cast<double>(hour) * 12.9898 + i + measure));
      }
      const auto processed = pipeline_->process(interval, false);
      ASSERT_TRUE(processed) << processed.error().message;
    }
  }

  std::vector<float> expected(MeasureIndex measure) const {
    return store_->intervals().read_points("shop", measure, 1, 0, 100'000).value().expected;
  }

 private:
  static DetectorSpec spec() {
    DetectorSpec spec = an_hourly_detector("shop");
    spec.measures.push_back({"revenue", Aggregate::sum});
    return spec;
  }

  void add_countries() {
    auto& dictionary = pipeline_->dictionary();
    for (int i = 0; i < countries; ++i) {
      const ValueId value = dictionary.add_value(0, std::to_string(i));
      dictionary.add_series(std::array{value});
    }
  }

  TemporaryFolder folder_;
  WorkerPool pool_{1};
  SystemClock clock_;
  std::unique_ptr<store::Store> store_ = store::Store::open({.path = folder_ / "data"}).value();

 public:
  ChangingTarget target{store_->intervals()};

 private:
  std::unique_ptr<DetectorPipeline> pipeline_;
};

TEST(CheckpointVersion, OfAnotherReleaseMakesItsBlockLearnAgainFromStoredFrames) {
  Shop shop;
  Shop undisturbed;
  shop.target.change = make_of_another_version;
  shop.feed(0, 300);
  undisturbed.feed(0, 300);
  shop.target.change = nullptr;
  ASSERT_EQ(shop.start(), "");
  shop.feed(300, 330);
  undisturbed.feed(300, 330);

  const auto again = shop.expected(0);
  ASSERT_EQ(again.size(), 330U);
  for (std::size_t i = 300; i < 330; ++i) EXPECT_NEAR(again[i], 100, 5) << i;
  const auto known = shop.expected(1);
  const auto straight = undisturbed.expected(1);
  for (std::size_t i = 300; i < 330; ++i) ASSERT_EQ(known[i], straight[i]) << i;
}

TEST(CheckpointVersion, IsNoExcuseForDamage) {
  Shop shop;
  shop.target.change = [](std::string& bytes) { bytes[bytes.size() / 2] ^= 1; };
  shop.feed(0, 130);
  EXPECT_EQ(shop.start(),
            "restoring block 0: the checkpoint's check sum is wrong; put the data folder "
            "back from a backup, or delete the detector and create it again");
}

}  // namespace
}  // namespace bellwether::pipeline
