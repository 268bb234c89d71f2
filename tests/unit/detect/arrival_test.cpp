#include "arrival.hpp"

#include <gtest/gtest.h>

#include "state_codec.hpp"

namespace bellwether::detect {
namespace {

void report(ArrivalModel& model, int times) {
  for (int i = 0; i < times; ++i) model.report();
}

void miss(ArrivalModel& model, int times) {
  for (int i = 0; i < times; ++i) model.miss();
}

int silence_until(ArrivalModel model, float evidence) {
  int length = 0;
  while (model.evidence() < evidence && length < 10'000) {
    model.miss();
    ++length;
  }
  return length;
}

TEST(ArrivalModel, KnowsASeriesThatNearlyAlwaysReports) {
  ArrivalModel model;
  report(model, 47);
  EXPECT_FALSE(model.is_regular(48));
  report(model, 1);
  EXPECT_TRUE(model.is_regular(48));
  for (int gap = 0; gap < 10; ++gap) {
    report(model, 100);
    miss(model, 1);
  }
  EXPECT_TRUE(model.is_regular(48)) << "one in a hundred is missing";
  for (int gap = 0; gap < 100; ++gap) {
    report(model, 10);
    miss(model, 1);
  }
  EXPECT_FALSE(model.is_regular(48)) << "one in ten is missing";
}

TEST(ArrivalModel, FindsTheSilenceOfAReliableSeriesSoonImprobable) {
  ArrivalModel model;
  report(model, 300);
  EXPECT_EQ(model.evidence(), 0);
  EXPECT_GE(silence_until(model, 4.6F), 3) << "one missing row is no end";
  EXPECT_LE(silence_until(model, 4.6F), 6);
  report(model, 2000);
  EXPECT_LE(silence_until(model, 4.6F), 4) << "the longer it was reliable the sooner";
}

TEST(ArrivalModel, WaitsLongerForASeriesWithLongGaps) {
  ArrivalModel nightly;
  for (int day = 0; day < 30; ++day) {
    report(nightly, 9);
    miss(nightly, 15);
  }
  report(nightly, 9);
  EXPECT_GT(silence_until(nightly, 4.6F), 63) << "a weekend";
  EXPECT_FALSE(nightly.is_regular(48));
  EXPECT_TRUE(nightly.knows_gaps());
}

TEST(ArrivalModel, LearnsNextToNothingOfAnEndThatWasNone) {
  ArrivalModel model;
  report(model, 500);
  miss(model, 400);
  model.sleep();
  EXPECT_TRUE(model.is_asleep());
  model.report();
  EXPECT_FALSE(model.is_asleep());
  EXPECT_TRUE(model.is_regular(48));
}

TEST(ArrivalModel, TakesNoOutageForASilenceUntilOutagesAreUsual) {
  ArrivalModel model;
  report(model, 100);
  const auto go_home = [&] {
    for (int i = 0; i < 12; ++i) model.miss_in_outage(false, 24);
    EXPECT_EQ(model.silence(), 0U);
    report(model, 12);
  };
  for (int night = 0; night < 3; ++night) go_home();
  EXPECT_TRUE(model.is_regular(48));
  for (int night = 0; night < 3; ++night) go_home();
  EXPECT_FALSE(model.is_regular(48)) << "these are its hours";
}

TEST(ArrivalModel, SleepsWhenAPartOfTheSourceStaysAway) {
  ArrivalModel model;
  report(model, 100);
  for (int i = 0; i < 1000; ++i) model.miss_in_outage(false, 24);
  EXPECT_FALSE(model.is_asleep()) << "without any row nobody knows";
  for (int i = 0; i < 24; ++i) model.miss_in_outage(true, 24);
  EXPECT_FALSE(model.is_asleep());
  model.miss_in_outage(true, 24);
  EXPECT_TRUE(model.is_asleep());
  EXPECT_EQ(model.idle(), 25U);
}

TEST(ArrivalModel, NeverOverflows) {
  ArrivalModel model;
  for (int round = 0; round < 3000; ++round) {
    report(model, 1);
    miss(model, 300);
    for (int i = 0; i < 300; ++i) model.miss_in_outage(true, 1'000'000);
  }
  EXPECT_GT(model.share(), 0);
  EXPECT_LT(model.share(), 0.02);
  EXPECT_FALSE(model.is_regular(1));
  report(model, 200'000);
  EXPECT_TRUE(model.is_regular(1000)) << "what is long ago is forgotten";
}

TEST(ArrivalModel, IsWrittenAndReadAlike) {
  ArrivalModel model;
  report(model, 70);
  miss(model, 3);
  model.miss_in_outage(true, 0);
  StateWriter writer;
  model.describe(writer);
  const std::string bytes = writer.bytes().take();
  ArrivalModel other;
  StateReader reader(bytes);
  other.describe(reader);
  EXPECT_TRUE(reader.bytes().is_complete());
  EXPECT_TRUE(other.is_asleep());
  EXPECT_EQ(other.idle(), 4U);
  EXPECT_EQ(other.evidence(), model.evidence());
}

}  // namespace
}  // namespace bellwether::detect
