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
  ASSERT_TRUE(engine.score(a_frame(10, {1.0}), history));
  const auto stale = engine.score(a_frame(10, {1.0}), history);
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().code, ErrorCode::invalid_input);
  EXPECT_EQ(stale.error().message, "interval 10 was scored already; the last was 10");
  EXPECT_TRUE(engine.score(a_frame(11, {1.0}), history));
}

TEST(Engine, RefusesAFrameWithAnotherNumberOfMeasures) {
  WorkerPool pool(1);
  Engine engine({.interval = hourly, .measure_count = 2}, pool);
  const auto refused = engine.score(a_frame(0, {1.0}), MemoryHistory());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "a frame of 1 measures for a detector of 2");
}

}  // namespace
}  // namespace bellwether::detect
