#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "support/bench_stand.hpp"
#include "support/random.hpp"

namespace bellwether::detect {
namespace {

constexpr std::chrono::hours hourly{1};
constexpr int day = 24;
constexpr int event_length = 5;

/// An hourly series with a daily season, and a plateau of some size and length at some hours.
std::vector<double> shop_series(int days, double size, const std::vector<int>& events,
                                int length = event_length) {
  Random random(3);
  std::vector<double> values;
  for (int i = 0; i < days * day; ++i) {
    values.push_back(100 + 30 * std::sin(i * 6.283185307179586 / day) + 3 * random.normal());
  }
  for (const int event : events) {
    for (int i = event; i < event + length; ++i) values[static_cast<std::size_t>(i)] += size;
  }
  return values;
}

Lesson a_lesson(Teaching teaching, std::int64_t from, std::int64_t first, std::int64_t last,
                std::uint64_t feedback = 1) {
  return {.feedback = feedback,
          .teaching = teaching,
          .from = from,
          .targets = {{.measure = 0, .series = 0, .first = first, .last = last}}};
}

/// The severities of a series when lessons are taught before the intervals they say.
std::vector<float> severities(const std::vector<double>& values,
                              const std::vector<Lesson>& lessons = {}) {
  BenchStand stand(hourly, 1, 60);
  std::vector<float> found;
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (const Lesson& lesson : lessons) {
      if (lesson.from == static_cast<std::int64_t>(i)) stand.engine().teach(lesson);
    }
    found.push_back(stand.feed({values[i]}).measures[0].severity[0]);
  }
  return found;
}

float highest(const std::vector<float>& severity, int from, int to) {
  return *std::max_element(severity.begin() + from, severity.begin() + to);
}

constexpr int first_event = 30 * day + 10;
constexpr int second_event = 37 * day + 15;
constexpr int taught_at = first_event + 8;

TEST(Feedback, NotAnAnomalyMakesTheLikeOfItKnown) {
  const auto values = shop_series(40, 50, {first_event, second_event});
  const auto untaught = severities(values);
  EXPECT_GE(highest(untaught, first_event, first_event + event_length), 85);
  EXPECT_GE(highest(untaught, second_event, second_event + event_length), 85);

  const auto taught = severities(
      values, {a_lesson(Teaching::normal, taught_at, first_event, first_event + event_length - 1)});
  EXPECT_LT(highest(taught, second_event - day, second_event + day), 60);
}

TEST(Feedback, NotAnAnomalyReachesWhatIsOfSimilarSize) {
  // A single value, an event, and one so long that the model takes it for the new normal.
  for (const int length : {1, 5, 30}) {
    for (const double size : {38., 62.}) {
      auto values = shop_series(44, 50, {first_event}, length);
      for (int i = second_event; i < second_event + length; ++i) {
        values[static_cast<std::size_t>(i)] += size;
      }
      const auto taught = severities(values, {a_lesson(Teaching::normal, first_event + length + 2,
                                                       first_event, first_event + length - 1)});
      EXPECT_LT(highest(taught, second_event, second_event + length + day), 60)
          << length << " hours of " << size;
    }
  }
}

TEST(Feedback, NotAnAnomalyReachesATimeOfMuchNoise) {
  constexpr int length = 24;
  auto values = shop_series(44, 0, {});
  Random random(5);
  for (const int event : {first_event, second_event}) {
    for (int i = event; i < event + length; ++i) {
      values[static_cast<std::size_t>(i)] += 15 * random.normal();
    }
  }
  const auto untaught = severities(values);
  EXPECT_GE(highest(untaught, second_event, second_event + length), 70);
  const auto taught = severities(values, {a_lesson(Teaching::normal, first_event + length + 2,
                                                   first_event, first_event + length - 1)});
  EXPECT_LT(highest(taught, second_event, second_event + length + day), 60);
}

TEST(Feedback, NotAnAnomalyLeavesOtherEventsToBeFound) {
  const auto values = shop_series(40, 50, {first_event});
  auto other = values;
  other[second_event] += 140;
  const auto taught = severities(
      other, {a_lesson(Teaching::normal, taught_at, first_event, first_event + event_length - 1)});
  EXPECT_GE(taught[second_event], 85);
  other = values;
  other[second_event] -= 60;
  EXPECT_GE(severities(other, {a_lesson(Teaching::normal, taught_at, first_event,
                                        first_event + event_length - 1)})[second_event],
            85);
}

TEST(Feedback, IsAnAnomalyRaisesTheBorderline) {
  // Any number of votes lets the model be refitted; only the offset differs.
  std::vector<Lesson> votes;
  for (std::uint64_t i = 0; i < 6; ++i) {
    votes.push_back(a_lesson(Teaching::anomaly, taught_at, first_event, first_event, i));
  }
  std::vector<double> values;
  float after_one = 0;
  for (double size = 8; size < 30 && after_one < 50; size += 0.5) {
    values = shop_series(40, size, {first_event, second_event}, 1);
    after_one = severities(values, {votes[0]})[second_event];
  }
  ASSERT_LT(after_one, 60);
  const float after_two = severities(values, {votes[0], votes[1]})[second_event];
  EXPECT_GT(after_two, after_one);
  EXPECT_GE(severities(values, votes)[second_event], 60);
}

TEST(Feedback, IsAnAnomalyKeepsItsValuesFromTeaching) {
  // So long that the model takes it for the new normal, and so knows its level later on.
  constexpr int length = 30;
  std::vector<int> events;
  for (const int event_day : {20, 24, 28}) events.push_back(event_day * day + 3);
  const int last = 34 * day + 3;
  events.push_back(last);
  const auto values = shop_series(38, 60, events, length);
  EXPECT_LT(highest(severities(values), last, last + 5), 60) << "known by now";

  std::vector<Lesson> lessons;
  for (std::size_t i = 0; i < 3; ++i) {
    lessons.push_back(
        a_lesson(Teaching::anomaly, events[i] + length + 3, events[i], events[i] + length - 1, i));
  }
  EXPECT_GE(highest(severities(values, lessons), last, last + 5), 85);
}

TEST(Feedback, NeverChangesThePast) {
  const auto values = shop_series(34, 50, {first_event});
  const auto untaught = severities(values);
  const auto taught = severities(
      values, {a_lesson(Teaching::normal, taught_at, first_event, first_event + event_length - 1)});
  for (int i = 0; i < taught_at; ++i) {
    EXPECT_EQ(std::bit_cast<std::uint32_t>(untaught[static_cast<std::size_t>(i)]),
              std::bit_cast<std::uint32_t>(taught[static_cast<std::size_t>(i)]));
  }
}

TEST(Feedback, EndsWhenItExpires) {
  const auto values = shop_series(40, 50, {first_event, second_event});
  Lesson lesson =
      a_lesson(Teaching::normal, taught_at, first_event, first_event + event_length - 1);
  lesson.until = second_event - 2 * day;
  EXPECT_GE(highest(severities(values, {lesson}), second_event, second_event + event_length), 85);
  lesson.until = second_event + 2 * day;
  EXPECT_LT(highest(severities(values, {lesson}), second_event, second_event + event_length), 60);
}

TEST(Feedback, EndsWhenItIsTakenBack) {
  const auto values = shop_series(40, 50, {first_event, second_event});
  const Lesson lesson =
      a_lesson(Teaching::normal, taught_at, first_event, first_event + event_length - 1);
  const Lesson undoing{
      .feedback = 1, .teaching = Teaching::undone, .from = second_event - 2 * day, .targets = {}};
  EXPECT_GE(
      highest(severities(values, {lesson, undoing}), second_event, second_event + event_length),
      85);
}

TEST(Feedback, ReachesOnlyItsSeries) {
  const auto values = shop_series(40, 50, {first_event, second_event});
  BenchStand stand(hourly, 2, 60);
  std::vector<std::vector<float>> found(130);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (static_cast<int>(i) == taught_at) {
      Lesson lesson =
          a_lesson(Teaching::normal, taught_at, first_event, first_event + event_length - 1);
      lesson.targets[0].series = 65;
      stand.engine().teach(lesson);
    }
    const auto& column = stand.feed(std::vector<double>(130, values[i])).measures[0];
    for (const std::size_t series : {0U, 64U, 65U, 66U}) {
      found[series].push_back(column.severity[series]);
    }
  }
  for (const std::size_t series : {0U, 64U, 66U}) {
    EXPECT_GE(highest(found[series], second_event, second_event + event_length), 85) << series;
  }
  EXPECT_LT(highest(found[65], second_event, second_event + event_length), 60);
}

/// Two engines, one of which is saved and restored all the time or replays: they must agree.
class FeedbackState : public testing::Test {
 protected:
  static Frame frame_at(std::size_t i, const std::vector<double>& values) {
    Frame frame;
    frame.interval = static_cast<std::int64_t>(i);
    frame.series_count = 2;
    frame.measures.push_back({{values[i], 2 * values[i]}, {}});
    return frame;
  }

  std::vector<double> values_ = shop_series(40, 50, {first_event, second_event});
  std::vector<Lesson> lessons_{
      a_lesson(Teaching::normal, taught_at, first_event, first_event + event_length - 1),
      a_lesson(Teaching::anomaly, taught_at + 30, first_event, first_event + 2, 2),
      {.feedback = 2, .teaching = Teaching::undone, .from = taught_at + 70, .targets = {}}};
  WorkerPool pool_{1};
  EngineSettings settings_{.interval = hourly};
  MemoryHistory history_;
};

TEST_F(FeedbackState, IsTheSameAfterSaveAndRestore) {
  lessons_[0].until = second_event + day;
  Engine straight(settings_, pool_);
  auto restored = std::make_unique<Engine>(settings_, pool_);
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const Frame frame = frame_at(i, values_);
    for (const Lesson& lesson : lessons_) {
      if (lesson.from != frame.interval) continue;
      straight.teach(lesson);
      restored->teach(lesson);
    }
    ASSERT_TRUE(straight.score_and_refit(frame, history_));
    ASSERT_TRUE(restored->score_and_refit(frame, history_));
    history_.add(frame);
    ASSERT_EQ(straight.save_block(0), restored->save_block(0)) << "at interval " << i;
    if (i % 7 != 0) continue;
    const std::string bytes = restored->save_block(0);
    restored = std::make_unique<Engine>(settings_, pool_);
    ASSERT_TRUE(restored->restore_block(0, bytes));
  }
}

TEST_F(FeedbackState, IsTheSameAfterAReplay) {
  Engine straight(settings_, pool_);
  std::string checkpoint;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const Frame frame = frame_at(i, values_);
    for (const Lesson& lesson : lessons_) {
      if (lesson.from == frame.interval) straight.teach(lesson);
    }
    ASSERT_TRUE(straight.score_and_refit(frame, history_));
    history_.add(frame);
    if (static_cast<int>(i) == taught_at + 10) checkpoint = straight.save_block(0);
  }

  Engine replayed(settings_, pool_);
  ASSERT_TRUE(replayed.restore_block(0, checkpoint));
  // From before the checkpoint, which has learnt the first lesson already.
  for (std::size_t i = taught_at - 20; i < values_.size(); ++i) {
    const Frame frame = frame_at(i, values_);
    for (const Lesson& lesson : lessons_) {
      if (lesson.from == frame.interval) replayed.teach(lesson);
    }
    ASSERT_TRUE(replayed.replay(frame));
    ASSERT_TRUE(replayed.refit(frame, history_));
  }
  EXPECT_EQ(replayed.save_block(0), straight.save_block(0));
}

TEST_F(FeedbackState, CostsNothingWhereNothingWasSaid) {
  Engine engine(settings_, pool_);
  ASSERT_TRUE(engine.score_and_refit(frame_at(0, values_), history_));
  const std::size_t before = engine.save_block(0).size();
  engine.teach(a_lesson(Teaching::normal, 1, 0, 0));
  EXPECT_EQ(engine.save_block(0).size(), before + 60);
  engine.teach({.feedback = 1, .teaching = Teaching::undone, .from = 1, .targets = {}});
  EXPECT_EQ(engine.save_block(0).size(), before);
}

}  // namespace
}  // namespace bellwether::detect
