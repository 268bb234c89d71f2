#include "bellwether/detect/engine.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "support/bench_stand.hpp"
#include "support/memory_history.hpp"
#include "support/random.hpp"

namespace bellwether::detect {
namespace {

constexpr std::chrono::hours hourly{1};

Frame a_frame(std::int64_t interval, std::vector<double> values) {
  Frame frame;
  frame.interval = interval;
  frame.series_count = values.size();
  frame.measures.push_back({std::move(values), {}});
  return frame;
}

double daily_value(int i, Random& random) {
  return 100 + 30 * std::sin(i * 6.283185307179586 / 24) + 3 * random.normal();
}

TEST(Engine, FindsASpikeInASeasonalSeries) {
  Random random(1);
  std::vector<double> values;
  for (int i = 0; i < 24 * 42; ++i) values.push_back(daily_value(i, random));
  values[24 * 35] += 60;
  const Scores scores = BenchStand(hourly).run(values);

  EXPECT_GE(scores.severity[24 * 35], 70);
  EXPECT_EQ(scores.reason[24 * 35], Reason::unusual_value);
  EXPECT_NEAR(scores.expected[24 * 35], 100, 5);
  int false_alarms = 0;
  for (int i = 24 * 14; i < 24 * 35; ++i) false_alarms += scores.severity[i] >= 70 ? 1 : 0;
  EXPECT_EQ(false_alarms, 0);
}

TEST(Engine, RefusesAStaleFrameAndGoesOnUnchanged) {
  WorkerPool pool(1);
  Engine engine({.interval = hourly}, pool);
  MemoryHistory history;
  ASSERT_TRUE(engine.score_and_refit(a_frame(10, {1.0}), history));
  const auto stale = engine.score_and_refit(a_frame(10, {1.0}), history);
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().code, ErrorCode::invalid_input);
  EXPECT_EQ(stale.error().message, "interval 10 was scored already; the last was 10");
  EXPECT_TRUE(engine.score_and_refit(a_frame(11, {1.0}), history));
}

TEST(Engine, RefusesAFrameWithAnotherNumberOfMeasures) {
  WorkerPool pool(1);
  Engine engine({.interval = hourly, .measure_count = 2}, pool);
  const auto refused = engine.score_and_refit(a_frame(0, {1.0}), MemoryHistory());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "a frame of 1 measures for a detector of 2");
}

TEST(Engine, GivesTheSameBitsForAnyNumberOfWorkers) {
  const auto run = [](std::size_t threads) {
    BenchStand stand(hourly, threads, 60);
    Random random(5);
    std::vector<std::string> results;
    for (int i = 0; i < 24 * 12; ++i) {
      std::vector<double> values;
      for (int s = 0; s < 300; ++s) values.push_back(daily_value(i + s, random));
      if (i > 150) values[static_cast<std::size_t>(i) % 300] += 90;
      for (const Anomaly& anomaly : stand.feed(values).anomalies) {
        results.push_back(std::to_string(anomaly.series) + " " + std::to_string(anomaly.severity));
      }
    }
    for (std::size_t b = 0; b < stand.engine().block_count(); ++b) {
      results.push_back(stand.engine().save_block(b));
    }
    return results;
  };
  const auto alone = run(1);
  EXPECT_GT(alone.size(), 100U);
  EXPECT_EQ(alone, run(2));
  EXPECT_EQ(alone, run(4));
}

TEST(Engine, ListsAnomaliesByMeasureThenSeries) {
  WorkerPool pool(2);
  Engine engine({.interval = hourly, .measure_count = 2, .threshold = 60, .quiet_intervals = 48},
                pool);
  MemoryHistory history;
  Random random(6);
  const std::vector<std::size_t> odd{3, 70, 140};
  for (int i = 0; i < 24 * 10; ++i) {
    Frame frame = a_frame(i, {});
    frame.series_count = 150;
    frame.measures.resize(2);
    for (MeasureColumn& column : frame.measures) {
      for (int s = 0; s < 150; ++s) column.values.push_back(100 + random.normal());
      if (i == 24 * 9) {
        for (const std::size_t s : odd) column.values[s] = 200;
      }
    }
    const auto scored = engine.score_and_refit(frame, history);
    ASSERT_TRUE(scored);
    history.add(frame);
    if (i != 24 * 9) continue;
    ASSERT_EQ((*scored)->anomalies.size(), 6U);
    for (std::size_t k = 0; k < 6; ++k) {
      EXPECT_EQ((*scored)->anomalies[k].measure, k / 3);
      EXPECT_EQ((*scored)->anomalies[k].series, odd[k % 3]);
      EXPECT_EQ((*scored)->anomalies[k].value, 200);
    }
  }
  EXPECT_EQ(engine.block_count(), 6U);
}

TEST(Engine, ListsNothingOfASeriesThatIsYetToLearn) {
  WorkerPool pool(1);
  Engine engine({.interval = hourly, .threshold = 60, .quiet_intervals = 200}, pool);
  MemoryHistory history;
  Random random(11);
  for (int i = 0; i < 260; ++i) {
    const bool is_odd = i == 199 || i == 240;
    const Frame frame = a_frame(i, {is_odd ? 300.0 : 100 + random.normal()});
    const auto scored = engine.score_and_refit(frame, history);
    ASSERT_TRUE(scored);
    history.add(frame);
    EXPECT_EQ((*scored)->anomalies.size(), i == 240 ? 1U : 0U) << "at interval " << i;
    if (is_odd) {
      EXPECT_GE((*scored)->measures[0].severity[0], 70) << "severities are shown";
    }
  }
}

/// Two series over their first refit, refitted by `refit`, against an engine left in peace.
template <class Refit>
void expect_the_same_models(const Refit& refit) {
  WorkerPool pool(1);
  Engine engine({.interval = hourly}, pool);
  Engine untroubled({.interval = hourly}, pool);
  MemoryHistory history;
  Random random(7);
  for (int i = 0; i < 70; ++i) {
    const Frame frame = a_frame(i, {random.normal(), 5 + random.normal()});
    ASSERT_TRUE(untroubled.score_and_refit(frame, history));
    ASSERT_TRUE(engine.score(frame));
    refit(engine, frame, history);
    history.add(frame);
  }
  EXPECT_EQ(engine.save_block(0), untroubled.save_block(0));
}

TEST(Engine, CanRefitAgainAfterHistoryFailed) {
  expect_the_same_models([](Engine& engine, const Frame& frame, MemoryHistory& history) {
    history.is_broken = true;
    const auto first = engine.refit(frame, history);
    history.is_broken = false;
    EXPECT_EQ(static_cast<bool>(first), frame.interval != 63) << "the first refit reads history";
    if (first) return;
    EXPECT_EQ(first.error().code, ErrorCode::unavailable);
    EXPECT_EQ(first.error().message, "reading history for block 0: the disk is away");
    ASSERT_TRUE(engine.refit(frame, history));
  });
}

TEST(Engine, RefitsOnceHoweverOftenItIsAsked) {
  expect_the_same_models([](Engine& engine, const Frame& frame, const MemoryHistory& history) {
    for (int k = 0; k < 3; ++k) ASSERT_TRUE(engine.refit(frame, history));
  });
}

TEST(Engine, RefitsChangeNothingThatWasScored) {
  WorkerPool pool(1);
  Engine engine({.interval = hourly}, pool);
  MemoryHistory history;
  Random random(7);
  for (int i = 0; i < 64; ++i) {
    const Frame frame = a_frame(i, {daily_value(i, random)});
    const auto scored = engine.score(frame);
    ASSERT_TRUE(scored);
    const std::string before = engine.save_block(0);
    const ScoredColumn column = (*scored)->measures[0];
    ASSERT_TRUE(engine.refit(frame, history));
    EXPECT_EQ(engine.save_block(0) != before, i == 63) << "at interval " << i;
    history.add(frame);
    if (i != 63) continue;
    EXPECT_EQ((*scored)->measures[0].expected, column.expected);
    EXPECT_EQ((*scored)->measures[0].upper, column.upper);
  }
}

TEST(Engine, LearnsASeriesThatComesLater) {
  BenchStand stand(hourly);
  Random random(8);
  for (int i = 0; i < 24 * 30; ++i) {
    std::vector<double> values{daily_value(i, random)};
    if (i >= 200) values.push_back(5 * daily_value(i, random));
    const ScoredFrame& frame = stand.feed(values);
    if (i == 24 * 30 - 1) {
      EXPECT_NEAR(frame.measures[0].expected[1], 5 * values[0], 60);
    }
  }
  EXPECT_EQ(stand.engine().size().series, 2U);
}

TEST(Engine, GivesAForgottenSeriesANewLife) {
  BenchStand stand(hourly);
  Random random(9);
  for (int i = 0; i < 24 * 10; ++i) {
    stand.feed({daily_value(i, random), daily_value(i, random)});
  }
  const auto two = stand.engine().size().series;
  stand.engine().forget(1);
  EXPECT_EQ(stand.engine().size().series, two - 1);
  const ScoredFrame& frame = stand.feed({100, 7});
  EXPECT_FALSE(std::isnan(frame.measures[0].expected[0]));
  EXPECT_TRUE(std::isnan(frame.measures[0].expected[1]));
}

TEST(Engine, KeepsAboutTwoKilobytesOfASeries) {
  BenchStand stand(std::chrono::minutes(5));
  Random random(10);
  for (int i = 0; i < 288 * 4; ++i) {
    std::vector<double> values;
    for (int s = 0; s < 64; ++s) {
      values.push_back(100 + 30 * std::sin(i * 6.283185307179586 / 288) + random.normal());
    }
    stand.feed(values);
  }
  const EngineSize size = stand.engine().size();
  EXPECT_EQ(size.series, 64U);
  EXPECT_LE(size.state_bytes / size.series, 2048U);
}

TEST(EngineSettings, SayEverythingThatIsWrong) {
  EXPECT_TRUE(validate(EngineSettings()).empty());
  const Problems problems =
      validate({.interval = std::chrono::seconds(0), .measure_count = 0, .threshold = 120});
  EXPECT_EQ(problems.size(), 3U);
}

}  // namespace
}  // namespace bellwether::detect
