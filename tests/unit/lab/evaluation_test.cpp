#include "bellwether/lab/evaluation.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace bellwether::lab {
namespace {

using std::chrono::hours;

constexpr TimePoint origin{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};
TimePoint at(int hour) { return origin + hours(hour); }

const SeriesKey views{"views", {{"country", "NL"}}};
const SeriesKey revenue{"revenue", {{"country", "NL"}}};

void label(Evaluation& evaluation, const SeriesKey& key, std::initializer_list<int> at_hours) {
  for (const int hour : at_hours) evaluation.label(key, at(hour));
}
void flag(Evaluation& evaluation, const SeriesKey& key, std::initializer_list<int> at_hours) {
  for (const int hour : at_hours) evaluation.flag(key, at(hour));
}

void expect_counts(const Agreement& agreement, std::uint64_t found, std::uint64_t falsely,
                   std::uint64_t missed) {
  EXPECT_EQ(agreement.true_positives, found);
  EXPECT_EQ(agreement.false_positives, falsely);
  EXPECT_EQ(agreement.false_negatives, missed);
}

TEST(Agreement, IsPerfectWhereNothingWasToBeFound) {
  const Agreement agreement;
  EXPECT_EQ(agreement.precision(), 1);
  EXPECT_EQ(agreement.recall(), 1);
  EXPECT_EQ(agreement.f1(), 1);
}

TEST(Agreement, IsNothingWhereAllWasMissed) {
  const Agreement agreement{0, 3, 5};
  EXPECT_EQ(agreement.precision(), 0);
  EXPECT_EQ(agreement.recall(), 0);
  EXPECT_EQ(agreement.f1(), 0);
}

TEST(Agreement, WeighsPrecisionAndRecall) {
  const Agreement agreement{6, 2, 4};
  EXPECT_DOUBLE_EQ(agreement.precision(), 0.75);
  EXPECT_DOUBLE_EQ(agreement.recall(), 0.6);
  EXPECT_DOUBLE_EQ(agreement.f1(), 2 * 0.75 * 0.6 / 1.35);
}

TEST(Evaluation, CountsPointsSeriesBySeries) {
  Evaluation evaluation{hours(1)};
  label(evaluation, views, {5, 6, 7});
  flag(evaluation, views, {6, 7, 8});
  flag(evaluation, revenue, {6});
  expect_counts(evaluation.point_wise(origin), 2, 2, 1);
}

TEST(Evaluation, CountsAMarkMadeTwiceOnce) {
  Evaluation evaluation{hours(1)};
  label(evaluation, views, {5, 5});
  flag(evaluation, views, {5, 5});
  expect_counts(evaluation.point_wise(origin), 1, 0, 0);
}

TEST(Evaluation, LeavesOutWhatCameTooEarly) {
  Evaluation evaluation{hours(1)};
  label(evaluation, views, {1, 2, 10});
  flag(evaluation, views, {2, 3, 10});
  expect_counts(evaluation.point_wise(at(5)), 1, 0, 0);
  expect_counts(evaluation.event_wise(at(5)), 1, 0, 0);
}

TEST(Evaluation, FindsAnEventByOneOfItsPoints) {
  Evaluation evaluation{hours(1)};
  label(evaluation, views, {5, 6, 7, 20, 21});
  flag(evaluation, views, {7});
  expect_counts(evaluation.event_wise(origin), 1, 0, 1);
}

TEST(Evaluation, TakesAGapForTheEndOfAnEvent) {
  Evaluation evaluation{hours(1)};
  label(evaluation, views, {5, 6, 8, 9});
  flag(evaluation, views, {6});
  expect_counts(evaluation.event_wise(origin), 1, 0, 1);
}

TEST(Evaluation, ForgivesAnAlarmBesideAnEvent) {
  Evaluation evaluation{hours(1)};
  label(evaluation, views, {5, 6});
  flag(evaluation, views, {4, 7});
  expect_counts(evaluation.event_wise(origin), 0, 0, 1);
}

TEST(Evaluation, CountsARunOfFalseAlarmsOnce) {
  Evaluation evaluation{hours(1)};
  label(evaluation, views, {5});
  flag(evaluation, views, {5, 6, 7, 10, 11, 12, 15});
  expect_counts(evaluation.event_wise(origin), 1, 2, 0);
}

TEST(Evaluation, DoesNotForgiveAcrossSeries) {
  Evaluation evaluation{hours(1)};
  label(evaluation, views, {5});
  flag(evaluation, revenue, {5});
  expect_counts(evaluation.event_wise(origin), 0, 1, 1);
}

TEST(Evaluation, ForgivesWhatFollowsAnEventFromBeforeTheBeginning) {
  Evaluation evaluation{hours(1)};
  label(evaluation, views, {9});
  flag(evaluation, views, {10});
  expect_counts(evaluation.event_wise(at(10)), 0, 0, 0);
}

}  // namespace
}  // namespace bellwether::lab
