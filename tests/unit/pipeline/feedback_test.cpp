#include <bit>
#include <cmath>
#include <numbers>
#include <optional>

#include <gtest/gtest.h>

#include "bellwether/ingest/time_zone_database.hpp"
#include "bellwether/store/store.hpp"

#include "detector_pipeline.hpp"
#include "support/hourly_rows.hpp"
#include "support/temporary_folder.hpp"

namespace bellwether::pipeline {
namespace {

using testing::an_hourly_detector;
using testing::TemporaryFolder;

constexpr int first_event = 24 * 8 + 10;
constexpr int second_event = 24 * 12 + 10;
constexpr int hours = 24 * 14;

/// A pipeline over a store of its own, fed hour by hour: all, NL and BE, which sells strangely at
/// the two events.
class FeedbackInPipeline : public ::testing::Test {
 protected:
  FeedbackInPipeline() : spec_(an_hourly_detector("shop")) {
    auto opened = store::Store::open({.path = folder_ / "data"});
    EXPECT_TRUE(opened);
    store_ = std::move(*opened);
    target_.emplace(store_->intervals());
    restart();
  }

  /// As after a crash: all that is not in the store is gone.
  void restart() {
    pipeline_.reset();
    pipeline_.emplace(spec_, IntervalGrid(spec_.interval),
                      PipelineContext{.pool = pool_,
                                      .target = *target_,
                                      .wall_clock = clock_,
                                      .intervals = &store_->intervals(),
                                      .groups = &store_->groups()});
    const auto restored = pipeline_->restore(store_->intervals());
    ASSERT_TRUE(restored) << restored.error().message;
  }

  static double orders(int hour, double size, double phase) {
    const double season = 1 + 0.5 * std::sin(2 * std::numbers::pi * hour / 24);
    return std::round(size * season * (1 + 0.03 * std::sin(hour * 12.9898 + phase)));
  }

  ingest::ClosedInterval at(int hour) {
    Dictionary& dictionary = pipeline_->dictionary();
    if (dictionary.series_count() == 0) {
      const ValueId nl = dictionary.add_value(0, "NL");
      const ValueId be = dictionary.add_value(0, "BE");
      for (const ValueId id : {any_value, nl, be}) dictionary.add_series(std::vector{id});
    }
    const bool is_event = hour == first_event || hour == second_event;
    const double nl = orders(hour, 2000, 0) * (is_event ? 2 : 1);
    const double be = orders(hour, 900, 4.1);
    ingest::ClosedInterval closed;
    closed.frame.interval = hour;
    closed.frame.start = pipeline_->grid().start_of(hour);
    closed.frame.series_count = 3;
    closed.frame.measures.push_back({{nl + be, nl, be}, {}});
    closed.quality.interval = hour;
    closed.quality.start = closed.frame.start;
    return closed;
  }

  void run(int from, int to) {
    for (int hour = from; hour < to; ++hour) {
      ingest::ClosedInterval closed = at(hour);
      const auto done = pipeline_->process(closed, false);
      ASSERT_TRUE(done) << done.error().message;
    }
  }

  Feedback say(Feedback feedback) {
    feedback.anomaly_id = store_->groups().find({}).value().groups.front().id;
    return store_->groups().add_feedback(std::move(feedback)).value();
  }

  Feedback heard() {
    const auto group = store_->groups().find({}).value().groups.back();
    return store_->groups().feedback(group.id).value().back();
  }

  std::vector<std::uint32_t> severity_bits(SeriesIndex series) {
    std::vector<std::uint32_t> bits;
    for (const float severity : severities(series))
      bits.push_back(std::bit_cast<std::uint32_t>(severity));
    return bits;
  }

  std::vector<float> severities(SeriesIndex series) {
    return store_->intervals().read_points("shop", 0, series, 0, hours).value().severity;
  }

  TimePoint start_of(int hour) { return pipeline_->grid().start_of(hour); }

  TemporaryFolder folder_;
  DetectorSpec spec_;
  WorkerPool pool_{1};
  SystemClock clock_;
  std::unique_ptr<store::Store> store_;
  std::optional<StoreTarget> target_;
  std::optional<DetectorPipeline> pipeline_;
};

TEST_F(FeedbackInPipeline, CountsFromTheNextIntervalOnAndSaysSo) {
  run(0, first_event + 5);
  say({.is_anomaly = false});
  EXPECT_EQ(state_of(heard(), {}), FeedbackState::pending);
  run(first_event + 5, first_event + 6);

  const Feedback now = heard();
  EXPECT_EQ(state_of(now, {}), FeedbackState::active);
  ASSERT_TRUE(now.effect);
  EXPECT_EQ(now.effect->from, start_of(first_event + 5));
  EXPECT_EQ(now.effect->to, std::nullopt);
  EXPECT_EQ(now.effect->series, 2U) << "all and NL";
  EXPECT_TRUE(store_->groups().pending_feedback("shop")->empty());
}

TEST_F(FeedbackInPipeline, HearsOfBothEventsWithoutFeedback) {
  run(0, second_event + 3);
  EXPECT_EQ(store_->groups().find({})->groups.size(), 2U);
  EXPECT_GE(severities(1)[second_event], 70);
}

TEST_F(FeedbackInPipeline, NotAnAnomalyMakesNoGroupOfTheSameEventAgain) {
  run(0, first_event + 5);
  say({.is_anomaly = false});
  run(first_event + 5, second_event + 3);
  EXPECT_EQ(store_->groups().find({})->groups.size(), 1U);
  EXPECT_LT(severities(0)[second_event], 60);
  EXPECT_LT(severities(1)[second_event], 60);
}

TEST_F(FeedbackInPipeline, IsTheSameWhereverACrashCutsIt) {
  const auto story = [&](int hour) {
    if (hour == first_event + 5) say({.is_anomaly = false});
    if (hour == first_event + 9)
      say({.is_anomaly = true, .expires_at = start_of(first_event + 40)});
    if (hour == first_event + 30) {
      const Feedback first = store_->groups().feedback(heard().anomaly_id)->front();
      ASSERT_TRUE(store_->groups().undo_feedback(first.anomaly_id, first.id, "ann", TimePoint()));
    }
  };
  for (int hour = 0; hour < hours; ++hour) {
    story(hour);
    run(hour, hour + 1);
  }
  const auto uninterrupted = severity_bits(1);
  const auto checkpoints = store_->intervals().checkpoints("shop").value();

  pipeline_.reset();
  ASSERT_TRUE(store_->intervals().drop_detector("shop"));
  restart();
  for (int hour = 0; hour < hours; ++hour) {
    story(hour);
    // Feedback that was given, but not yet committed, waits over the crash.
    if (hour > first_event && hour % 3 == 0) restart();
    run(hour, hour + 1);
  }
  EXPECT_EQ(severity_bits(1), uninterrupted);
  EXPECT_EQ(store_->intervals().checkpoints("shop").value(), checkpoints);
}

TEST_F(FeedbackInPipeline, ReachesWhatLiesBelowASeries) {
  run(0, first_event + 5);
  say({.series_id = series_id("shop", {"orders", {}}),
       .scope = FeedbackScope::descendants,
       .is_anomaly = false});
  run(first_event + 5, first_event + 6);
  EXPECT_EQ(heard().effect->series, 3U) << "BE too, which is not in the group";

  say({.series_id = series_id("shop", {"orders", {{"country", "NL"}}}),
       .scope = FeedbackScope::descendants});
  run(first_event + 6, first_event + 7);
  EXPECT_EQ(heard().effect->series, 1U);
  say({.series_id = series_id("shop", {"orders", {}}), .scope = FeedbackScope::series});
  run(first_event + 7, first_event + 8);
  EXPECT_EQ(heard().effect->series, 1U);
}

TEST_F(FeedbackInPipeline, ThatWasTakenBackBeforeItCountedTeachesNobody) {
  run(0, first_event + 5);
  const Feedback said = say({.is_anomaly = false});
  ASSERT_TRUE(store_->groups().undo_feedback(said.anomaly_id, said.id, "bob", TimePoint()));
  run(first_event + 5, second_event + 1);
  const Feedback now = heard();
  EXPECT_EQ(state_of(now, {}), FeedbackState::undone);
  EXPECT_EQ(now.undone_by, "bob");
  EXPECT_EQ(now.effect->series, 0U);
  EXPECT_EQ(now.effect->to, now.effect->from);
  EXPECT_GE(severities(1)[second_event], 70);
}

TEST_F(FeedbackInPipeline, SaysWhenItEnds) {
  run(0, first_event + 5);
  say({.is_anomaly = false, .expires_at = start_of(first_event + 9) + std::chrono::minutes(1)});
  run(first_event + 5, first_event + 6);
  EXPECT_EQ(heard().effect->to, start_of(first_event + 10));
  EXPECT_EQ(state_of(heard(), start_of(first_event + 9)), FeedbackState::active);
  EXPECT_EQ(state_of(heard(), start_of(first_event + 10)), FeedbackState::expired);

  const Feedback said = heard();
  ASSERT_TRUE(store_->groups().undo_feedback(said.anomaly_id, said.id, "bob", TimePoint()));
  run(first_event + 6, first_event + 8);
  EXPECT_EQ(heard().effect->from, start_of(first_event + 5));
  EXPECT_EQ(heard().effect->to, start_of(first_event + 6));
}

}  // namespace
}  // namespace bellwether::pipeline
