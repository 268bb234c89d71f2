#include "watermark.hpp"

#include <gtest/gtest.h>

#include "ingest_fixtures.hpp"

namespace bellwether::ingest {
namespace {

using namespace std::chrono_literals;

/// Time passes second by second, as in a source that polls all the while.
class Watching {
 public:
  explicit Watching(std::chrono::milliseconds idle_timeout) : watermark(idle_timeout) {}

  void pass(int seconds) {
    for (int i = 0; i < seconds; ++i) watermark.settle(now += 1s);
  }

  Watermark watermark;
  Watermark::Instant now{};
};

TEST(Watermark, IsTheSlowestStreams) {
  Watermark watermark(10s);
  EXPECT_FALSE(watermark.at());
  watermark.advance(0, at("09:00"));
  watermark.advance(1, at("08:00"));
  EXPECT_EQ(watermark.at(), at("08:00"));
  watermark.advance(1, at("08:30"));
  watermark.advance(1, at("08:10"));
  EXPECT_EQ(watermark.at(), at("08:30"));
}

TEST(Watermark, WaitsForAStreamThatHasToldNothing) {
  Watermark watermark(10s);
  watermark.advance(0, at("09:00"));
  watermark.expect(1);
  EXPECT_FALSE(watermark.at());
  watermark.forget(1);
  EXPECT_EQ(watermark.at(), at("09:00"));
}

TEST(Watermark, LeavesOutAStreamThatWasSilentAtItsEndUntilItHasRowsAgain) {
  Watching watching(10s);
  watching.watermark.advance(0, at("12:00"));
  watching.watermark.advance(1, at("08:00"));
  watching.watermark.reach_end(1, watching.now);
  watching.pass(9);
  EXPECT_EQ(watching.watermark.at(), at("08:00"));
  watching.pass(1);
  EXPECT_TRUE(watching.watermark.is_idle(1));
  EXPECT_EQ(watching.watermark.at(), at("12:00"));
  watching.watermark.leave_end(1);
  EXPECT_EQ(watching.watermark.at(), at("08:00"));
}

TEST(Watermark, NeverLeavesOutAStreamThatIsNotKnownToBeAtItsEnd) {
  Watching watching(10s);
  watching.watermark.advance(0, at("12:00"));
  watching.watermark.expect(1);
  watching.pass(1000);
  EXPECT_FALSE(watching.watermark.at());
}

TEST(Watermark, CountsSilenceAnewAfterNobodyListened) {
  Watching watching(10s);
  watching.watermark.advance(0, at("08:00"));
  watching.watermark.advance(1, at("12:00"));
  watching.watermark.reach_end(0, watching.now);
  watching.pass(1);
  watching.now += 60s;
  watching.pass(5);
  EXPECT_EQ(watching.watermark.at(), at("08:00"));
  watching.pass(6);
  EXPECT_EQ(watching.watermark.at(), at("12:00"));
}

TEST(Watermark, IsTheNewestTimeWhenEveryStreamIsIdle) {
  Watching watching(2s);
  for (const int stream : {0, 1}) watching.watermark.reach_end(stream, watching.now);
  watching.watermark.advance(0, at("08:00"));
  watching.watermark.advance(1, at("09:00"));
  EXPECT_TRUE(watching.watermark.are_all_at_end());
  watching.pass(3);
  EXPECT_EQ(watching.watermark.at(), at("09:00"));
}

}  // namespace
}  // namespace bellwether::ingest
