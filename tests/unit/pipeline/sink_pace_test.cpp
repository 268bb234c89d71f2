#include "sink_pace.hpp"

#include <gtest/gtest.h>

namespace bellwether::pipeline {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TimePoint at(Duration since) { return TimePoint(std::chrono::hours(1000)) + since; }

const RetryPolicy retry{seconds(1), seconds(8), std::chrono::hours(24)};

TEST(SinkPace, BoundsAttemptsAtOneTime) {
  const SinkPace pace(retry, {.concurrency = 2});
  EXPECT_EQ(pace.next_start(at(seconds(0)), 1), at(seconds(0)));
  EXPECT_FALSE(pace.next_start(at(seconds(0)), 2));
}

TEST(SinkPace, LetsNoMoreBeginInAnyMinute) {
  for (const std::uint32_t per_minute : {1U, 7U, 60U, 600U, 12'000U}) {
    SinkPace pace(retry, {.per_minute = per_minute});
    std::vector<TimePoint> begun;
    for (TimePoint now = at(seconds(0)); now < at(minutes(4));) {
      const auto next = pace.next_start(now, 0);
      ASSERT_TRUE(next);
      ASSERT_LE(*next - now, minutes(1));
      now = *next;
      pace.begin(now);
      begun.push_back(now);
    }
    // Any minute that begins with an attempt; others hold no more.
    std::size_t first = 0;
    for (std::size_t last = 0; last < begun.size(); ++last) {
      while (begun[last] - begun[first] >= minutes(1)) ++first;
      ASSERT_LE(last - first + 1, per_minute) << per_minute;
    }
    EXPECT_GE(begun.size(), per_minute * 7 / 2) << per_minute;
  }
}

TEST(SinkPace, LetsATenthBeginAtOnce) {
  SinkPace pace(retry, {.per_minute = 60});
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(pace.next_start(at(seconds(0)), 0), at(seconds(0)));
    pace.begin(at(seconds(0)));
  }
  EXPECT_GT(pace.next_start(at(seconds(0)), 0), at(seconds(1)));
}

TEST(SinkPace, PausesAfterFailuresInARowAlone) {
  SinkPace pace(retry, {.failures_to_pause = 3});
  pace.note_failure(at(seconds(0)), false, {}, 0);
  pace.note_failure(at(seconds(0)), false, {}, 0);
  EXPECT_FALSE(pace.note_answer());
  pace.note_failure(at(seconds(0)), false, {}, 0);
  pace.note_failure(at(seconds(0)), false, {}, 0);
  EXPECT_FALSE(pace.is_paused(at(seconds(0))));

  pace.note_failure(at(seconds(0)), false, {}, 0);
  EXPECT_TRUE(pace.is_paused(at(seconds(0))));
  EXPECT_EQ(pace.next_start(at(seconds(0)), 0), at(seconds(1)));
}

TEST(SinkPace, FindsOutWithOneAttemptAndPausesLongerEachTime) {
  SinkPace pace(retry, {.failures_to_pause = 1});
  TimePoint now = at(seconds(0));
  pace.note_failure(now, false, {}, 0);
  for (const int wait : {1, 2, 4, 8, 8}) {
    EXPECT_EQ(pace.next_start(now, 0), now + seconds(wait));
    now += seconds(wait);
    EXPECT_TRUE(pace.begin(now));
    EXPECT_FALSE(pace.next_start(now, 1)) << "one finds out, the others wait";
    // What began before the pause ends only now, and says nothing new.
    pace.note_failure(now, false, {}, 0);
    EXPECT_FALSE(pace.next_start(now, 1));
    pace.note_failure(now, true, {}, 0);
  }
  now += seconds(8);
  EXPECT_TRUE(pace.begin(now));
  EXPECT_TRUE(pace.note_answer());
  EXPECT_FALSE(pace.is_paused(now));
  EXPECT_EQ(pace.next_start(now, 1), now);
  EXPECT_FALSE(pace.begin(now));
}

TEST(SinkPace, TriesAgainWhenTheOneThatWasToFindOutNeverWas) {
  SinkPace pace(retry, {.failures_to_pause = 1});
  pace.note_failure(at(seconds(0)), false, {}, 0);
  EXPECT_TRUE(pace.begin(at(seconds(1))));
  pace.forget_probe();
  EXPECT_EQ(pace.next_start(at(seconds(1)), 0), at(seconds(1)));
}

TEST(SinkPace, NeverPausesWhereThatIsTurnedOff) {
  SinkPace pace(retry, {.failures_to_pause = 0});
  for (int i = 0; i < 100; ++i) pace.note_failure(at(seconds(0)), false, {}, 0);
  EXPECT_EQ(pace.next_start(at(seconds(0)), 0), at(seconds(0)));
}

TEST(SinkPace, WaitsAsLongAsTheReceiverWants) {
  SinkPace pace(retry, {});
  pace.note_failure(at(seconds(0)), false, minutes(3), 0);
  EXPECT_TRUE(pace.is_paused(at(seconds(0))));
  pace.note_answer();
  EXPECT_EQ(pace.next_start(at(seconds(1)), 0), at(minutes(3)));
  pace.note_failure(at(seconds(2)), false, seconds(1), 0);
  EXPECT_EQ(pace.next_start(at(seconds(2)), 0), at(minutes(3)));
  EXPECT_FALSE(pace.is_paused(at(minutes(3))));
}

TEST(SinkPace, EndsAPauseWhenPausingIsTurnedOff) {
  SinkPace pace(retry, {.failures_to_pause = 1});
  pace.note_failure(at(seconds(0)), false, {}, 0);
  pace.set_rules(retry, {.failures_to_pause = 0});
  EXPECT_EQ(pace.next_start(at(seconds(0)), 0), at(seconds(0)));
}

}  // namespace
}  // namespace bellwether::pipeline
