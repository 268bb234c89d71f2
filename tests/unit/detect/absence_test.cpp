#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "bellwether/detect/engine.hpp"

#include "support/memory_history.hpp"
#include "support/random.hpp"

namespace bellwether::detect {
namespace {

constexpr double absent = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t learnt = 24 * 14;

/// An engine over one measure of a few leaves and their sum, judged as the pipeline does.
class Stand {
 public:
  Stand(Aggregate aggregate, std::size_t leaves, OnMissing on_missing = OnMissing::automatic,
        std::uint64_t idle_limit = 0)
      : settings_{.interval = std::chrono::hours(1),
                  .threshold = 60,
                  .quiet_intervals = 48,
                  .on_missing = on_missing,
                  .aggregates = {aggregate},
                  .idle_limit = idle_limit},
        leaves_(leaves),
        dictionary_({"country"}) {
    for (std::size_t i = 0; i < leaves; ++i) {
      const ValueId value = dictionary_.add_value(0, std::to_string(i));
      dictionary_.add_series(std::array{value});
    }
    dictionary_.add_series(std::array{any_value});
    engine_ = std::make_unique<Engine>(settings_, pool_);
  }

  /// One interval in which the leaves of `missing` do not report.
  const ScoredFrame& feed(const std::vector<std::size_t>& missing = {}) {
    Frame frame{.interval = next_, .start = {}, .series_count = leaves_ + 1, .measures = {}};
    auto& values = frame.measures.emplace_back().values;
    double sum = absent;
    for (std::size_t i = 0; i < leaves_; ++i) {
      const double phase = 6.283185307179586 * static_cast<double>(next_) / 24;
      const double value = 100 + 20 * std::sin(phase) + 3 * random_.normal();
      const bool is_missing = std::ranges::find(missing, i) != missing.end();
      values.push_back(is_missing ? absent : value);
      if (!is_missing) sum = (std::isnan(sum) ? 0 : sum) + value;
    }
    values.push_back(sum);
    frame.source = source_ = engine_->judge_source(frame, dictionary_);
    return push(frame);
  }

  const ScoredFrame& push(const Frame& frame) {
    const auto scored = engine_->score_and_refit(frame, history_);
    EXPECT_TRUE(scored) << scored.error().message;
    history_.add(frame);
    frames_.push_back(frame);
    next_ = frame.interval + 1;
    return **scored;
  }

  void learn(std::int64_t intervals = learnt) {
    for (std::int64_t i = 0; i < intervals; ++i) feed();
  }

  void restart() {
    std::vector<std::string> blocks;
    for (std::size_t b = 0; b < engine_->block_count(); ++b)
      blocks.push_back(engine_->save_block(b));
    engine_ = std::make_unique<Engine>(settings_, pool_);
    for (std::size_t b = 0; b < blocks.size(); ++b)
      ASSERT_TRUE(engine_->restore_block(b, blocks[b]));
  }

  Engine& engine() { return *engine_; }
  const EngineSettings& settings() const { return settings_; }
  WorkerPool& pool() { return pool_; }
  const MemoryHistory& history() const { return history_; }
  const std::vector<Frame>& frames() const { return frames_; }
  SourceHealth source() const { return source_; }

 private:
  EngineSettings settings_;
  std::size_t leaves_;
  Dictionary dictionary_;
  WorkerPool pool_{1};
  std::unique_ptr<Engine> engine_;
  MemoryHistory history_;
  std::vector<Frame> frames_;
  Random random_{3};
  std::int64_t next_ = 0;
  SourceHealth source_ = SourceHealth::healthy;
};

const Anomaly* anomaly_of(const ScoredFrame& frame, SeriesIndex series) {
  for (const Anomaly& anomaly : frame.anomalies)
    if (anomaly.series == series) return &anomaly;
  return nullptr;
}

TEST(Absence, OfAReliableSumIsAZeroThatIsScored) {
  Stand stand(Aggregate::sum, 4);
  stand.learn();
  const ScoredFrame& frame = stand.feed({1});
  const Anomaly* anomaly = anomaly_of(frame, 1);
  ASSERT_NE(anomaly, nullptr);
  EXPECT_EQ(anomaly->value, 0);
  EXPECT_NEAR(anomaly->expected, 100, 40);
  EXPECT_GT(anomaly->lower, 0);
  EXPECT_GE(anomaly->severity, 70);
  EXPECT_EQ(anomaly->reason, Reason::unusual_value);
  EXPECT_EQ(frame.measures[0].severity[1], anomaly->severity);
  EXPECT_TRUE(stand.feed().anomalies.empty()) << "it is back";
}

TEST(Absence, OfAnAverageIsAGap) {
  Stand stand(Aggregate::avg, 4);
  stand.learn();
  const ScoredFrame& frame = stand.feed({1});
  EXPECT_EQ(anomaly_of(frame, 1), nullptr);
  EXPECT_TRUE(std::isnan(frame.measures[0].severity[1]));
  EXPECT_FALSE(std::isnan(frame.measures[0].expected[1]));
}

TEST(Absence, OfASeriesThatComesAndGoesIsAGap) {
  Stand stand(Aggregate::sum, 6);
  for (std::int64_t i = 0; i < learnt; ++i) {
    stand.feed(i % 5 == 0 ? std::vector<std::size_t>{1} : std::vector<std::size_t>{});
  }
  const ScoredFrame& frame = stand.feed({1});
  EXPECT_EQ(anomaly_of(frame, 1), nullptr);
  EXPECT_TRUE(std::isnan(frame.measures[0].severity[1]));
}

TEST(Absence, ThatIsAHabitIsNoNewsUntilItLasts) {
  Stand stand(Aggregate::sum, 6);
  for (std::int64_t i = 0; i < 600; ++i) {
    stand.feed(i % 100 == 50 ? std::vector<std::size_t>{1} : std::vector<std::size_t>{});
  }
  EXPECT_EQ(anomaly_of(stand.feed({1}), 1), nullptr) << "as every hundredth hour";
  int told = 0;
  for (int i = 0; i < 6; ++i) told += anomaly_of(stand.feed({1}), 1) != nullptr ? 1 : 0;
  EXPECT_GE(told, 1);
}

TEST(Absence, ThatLastsIsAStopThatIsToldOnceAndSleptOver) {
  for (const Aggregate aggregate : {Aggregate::sum, Aggregate::avg, Aggregate::max}) {
    Stand stand(aggregate, 4);
    stand.learn();
    std::vector<Anomaly> told;
    int last = -1;
    for (int i = 0; i < 100; ++i) {
      const ScoredFrame& frame = stand.feed({1});
      if (const Anomaly* anomaly = anomaly_of(frame, 1)) {
        told.push_back(*anomaly);
        last = i;
      }
      if (i > 20) {
        EXPECT_TRUE(std::isnan(frame.measures[0].expected[1])) << "nothing is expected any more";
      }
    }
    ASSERT_FALSE(told.empty());
    EXPECT_EQ(told.back().reason, Reason::stopped_reporting);
    EXPECT_GE(told.back().severity, 70);
    if (aggregate == Aggregate::sum) {
      EXPECT_EQ(last, 11) << "as long as a shift is held";
      EXPECT_EQ(told.back().value, 0);
      EXPECT_EQ(static_cast<int>(told.size()), last + 1) << "zeros until then";
    } else {
      EXPECT_GE(last, 2);
      EXPECT_LT(last, 8);
      EXPECT_EQ(told.size(), 1U);
      EXPECT_TRUE(std::isnan(told.back().value));
      EXPECT_FALSE(std::isnan(told.back().expected));
    }
    EXPECT_EQ(anomaly_of(stand.feed(), 1), nullptr) << "it comes back to a model that waited";
    EXPECT_NE(stand.feed({1}).measures[0].severity[1], 0) << "and is watched again";
  }
}

TEST(Absence, OfMostLeavesIsTheSources) {
  Stand stand(Aggregate::sum, 4);
  stand.learn();
  for (int i = 0; i < 40; ++i) {
    const bool is_empty = i % 2 == 0;
    const ScoredFrame& frame = is_empty ? stand.feed({0, 1, 2, 3}) : stand.feed({0, 2, 3});
    EXPECT_EQ(stand.source(), is_empty ? SourceHealth::silent : SourceHealth::partial);
    EXPECT_TRUE(frame.anomalies.empty());
    for (const float severity : frame.measures[0].severity) EXPECT_TRUE(std::isnan(severity));
    EXPECT_FALSE(std::isnan(frame.measures[0].expected[0]));
  }
  EXPECT_TRUE(stand.feed().anomalies.empty());
  EXPECT_EQ(stand.source(), SourceHealth::healthy);
}

TEST(Absence, OfHalfTheLeavesIsTheirs) {
  Stand stand(Aggregate::sum, 4);
  stand.learn();
  const ScoredFrame& frame = stand.feed({0, 1});
  EXPECT_EQ(stand.source(), SourceHealth::healthy);
  EXPECT_NE(anomaly_of(frame, 0), nullptr);
  EXPECT_NE(anomaly_of(frame, 1), nullptr);
  EXPECT_NE(anomaly_of(frame, 4), nullptr) << "their sum is half of what it was";
  EXPECT_EQ(anomaly_of(frame, 2), nullptr);
}

TEST(Absence, OfAPartOfTheSourceForGoodIsAcceptedAfterADay) {
  Stand stand(Aggregate::avg, 5);
  stand.learn();
  for (int i = 0; i < 24; ++i) {
    stand.feed({0, 1, 2});
    EXPECT_EQ(stand.source(), SourceHealth::partial) << i;
  }
  int healthy = 0;
  for (int i = 0; i < 24; ++i) {
    EXPECT_TRUE(anomaly_of(stand.feed({0, 1, 2}), 0) == nullptr);
    healthy += stand.source() == SourceHealth::healthy ? 1 : 0;
  }
  EXPECT_GE(healthy, 22) << "the others are judged again";
}

TEST(Absence, IsNothingWhereTheUserSaysSo) {
  Stand stand(Aggregate::sum, 4, OnMissing::skip);
  stand.learn();
  for (int i = 0; i < 60; ++i) {
    const ScoredFrame& frame = stand.feed({1});
    EXPECT_EQ(anomaly_of(frame, 1), nullptr);
    EXPECT_TRUE(std::isnan(frame.measures[0].severity[1]));
  }
}

TEST(Absence, OfAnIdleSeriesEndsItsLife) {
  Stand stand(Aggregate::sum, 4, OnMissing::automatic, 100);
  stand.learn();
  EXPECT_EQ(stand.engine().size().series, 5U);
  for (int i = 0; i < 99; ++i) stand.feed({1});
  EXPECT_EQ(stand.engine().size().series, 5U);
  stand.feed({1});
  EXPECT_EQ(stand.engine().size().series, 4U);
  for (int i = 0; i < 20; ++i) {
    const ScoredFrame& frame = stand.feed();
    EXPECT_TRUE(i >= 16 || std::isnan(frame.measures[0].expected[1])) << "it learns anew";
    EXPECT_EQ(anomaly_of(frame, 1), nullptr);
  }
  EXPECT_EQ(stand.engine().size().series, 5U);
}

std::vector<std::size_t> missing_at(std::int64_t i) {
  if (i > 400 && i < 420) return {0, 1, 2, 3};
  if (i > 440 && i < 470) return {1, 2, 3};
  if (i > 500 && i < 530) return {1};
  if (i > 560 && i < 564) return {2};
  if (i % 90 == 0) return {3};
  return {};
}

std::vector<std::uint32_t> bits_of(const ScoredFrame& frame) {
  std::vector<std::uint32_t> bits;
  for (const auto* column : {&frame.measures[0].expected, &frame.measures[0].lower,
                             &frame.measures[0].upper, &frame.measures[0].severity})
    for (const float value : *column) bits.push_back(std::bit_cast<std::uint32_t>(value));
  for (const Anomaly& anomaly : frame.anomalies) bits.push_back(anomaly.series);
  return bits;
}

TEST(Absence, IsTheSameAfterARestartAtAnyTime) {
  Stand straight(Aggregate::sum, 4, OnMissing::automatic, 25);
  Stand restarted(Aggregate::sum, 4, OnMissing::automatic, 25);
  for (std::int64_t i = 0; i < 600; ++i) {
    const auto missing = missing_at(i);
    ASSERT_EQ(bits_of(straight.feed(missing)), bits_of(restarted.feed(missing))) << i;
    ASSERT_EQ(straight.source(), restarted.source()) << i;
    if (i > 380 && i % 3 == 0) restarted.restart();
  }
}

TEST(Absence, IsReplayedFromTheFramesAsItWas) {
  Stand live(Aggregate::sum, 4, OnMissing::automatic, 25);
  std::string early;
  for (std::int64_t i = 0; i < 600; ++i) {
    live.feed(missing_at(i));
    if (i == 410) early = live.engine().save_block(0);
  }
  Engine replayed(live.settings(), live.pool());
  ASSERT_TRUE(replayed.restore_block(0, early));
  for (const Frame& frame : live.frames()) {
    ASSERT_TRUE(replayed.replay(frame));
    ASSERT_TRUE(replayed.refit(frame, live.history()));
  }
  EXPECT_EQ(replayed.save_block(0), live.engine().save_block(0));
}

}  // namespace
}  // namespace bellwether::detect
