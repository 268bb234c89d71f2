#include "tail_calibrator.hpp"

#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "support/random.hpp"

namespace bellwether::detect {
namespace {

using Calibrator = TailCalibrator<all_tail_bins>;

Calibrator after(int count, const std::function<double()>& next) {
  Calibrator calibrator;
  for (int i = 0; i < count; ++i) calibrator.add(static_cast<float>(std::fabs(next())), 1);
  return calibrator;
}

TEST(TailCalibrator, SaysNothingOfAShortPast) {
  Random random(1);
  EXPECT_EQ(after(15, [&] { return random.normal(); }).evidence(100, 1), 0);
}

TEST(TailCalibrator, IsRightAboutTheTailOfANormal) {
  Random random(2);
  const Calibrator calibrator = after(7000, [&] { return random.normal(); });
  // P(|z| > 3) is 2.7e-3, P(|z| > 4) is 6.3e-5.
  EXPECT_NEAR(calibrator.evidence(3, 1), 2.57, 0.35);
  EXPECT_NEAR(calibrator.evidence(4, 1), 4.2, 1.0);
}

TEST(TailCalibrator, AsksForMoreWhereTheTailIsHeavy) {
  Random random(3);
  const Calibrator normal = after(7000, [&] { return random.normal(); });
  const Calibrator heavy = after(7000, [&] { return random.student_t(3); });
  EXPECT_GT(normal.evidence(8, 1), 7);
  EXPECT_LT(heavy.evidence(8, 1), 3.5);
}

TEST(TailCalibrator, GrowsWithTheStatistic) {
  Random random(4);
  const Calibrator calibrator = after(3000, [&] { return random.student_t(5); });
  float before = 0;
  for (float statistic = 0; statistic < 60; statistic += 0.25F) {
    const float evidence = calibrator.evidence(statistic, 1);
    EXPECT_GE(evidence, before - 0.02F) << "at " << statistic;
    before = evidence;
  }
  EXPECT_LE(before, 12);
}

TEST(TailCalibrator, CutsAwayAFewValuesFarOut) {
  Random random(5);
  int i = 0;
  const Calibrator calibrator = after(4000, [&] { return ++i % 80 == 0 ? 60.0 : random.normal(); });
  EXPECT_GT(calibrator.evidence(60, 1), 7) << "1.3 % of contamination must not teach the tail";
}

TEST(TailCalibrator, CutsAwayOutliersOfEverySize) {
  Random random(10);
  int i = 0;
  const Calibrator calibrator =
      after(4000, [&] { return ++i % 80 == 0 ? 5 + 55 * random.uniform() : random.normal(); });
  EXPECT_GT(calibrator.evidence(30, 1), 7) << "they leave no gap, but there are far too few near";
}

TEST(TailCalibrator, TakesFrequentFarValuesForTheTail) {
  Random random(6);
  int i = 0;
  const Calibrator calibrator = after(4000, [&] { return ++i % 15 == 0 ? 60.0 : random.normal(); });
  EXPECT_LT(calibrator.evidence(60, 1), 3);
}

TEST(TailCalibrator, KnowsTheValueThatOneInAThousandExceeds) {
  Random random(7);
  const Calibrator calibrator = after(7000, [&] { return random.normal(); });
  EXPECT_NEAR(calibrator.one_in_a_thousand(), 3.29, 0.35);
}

TEST(TailCalibrator, ForgetsTheOlderHalf) {
  Random random(8);
  Calibrator calibrator = after(8000, [&] { return 8 * random.normal(); });
  EXPECT_LT(calibrator.evidence(20, 1), 3);
  for (int i = 0; i < 60'000; ++i) {
    calibrator.add(static_cast<float>(std::fabs(random.normal())), 1);
  }
  EXPECT_GT(calibrator.evidence(20, 1), 6);
}

TEST(TailCalibrator, RemembersALittleWhenItBeginsAgain) {
  Random random(9);
  Calibrator calibrator = after(5000, [&] { return random.student_t(3); });
  const float known = calibrator.one_in_a_thousand();
  calibrator.restart(1);
  EXPECT_GT(calibrator.one_in_a_thousand(), known / 2);
  EXPECT_LT(calibrator.one_in_a_thousand(), known * 2);
}

TEST(TailCalibrator, PutsAnyValueInABin) {
  for (const float statistic : {0.0F, 1e-30F, 0.5F, 1.0F, 7.99F, 8.0F, 1e30F}) {
    EXPECT_GE(tail_bin_of(statistic), 0);
    EXPECT_LT(tail_bin_of(statistic), all_tail_bins);
  }
  EXPECT_LT(tail_bin_of(0.9F), tail_bin_of(1.1F));
}

}  // namespace
}  // namespace bellwether::detect
