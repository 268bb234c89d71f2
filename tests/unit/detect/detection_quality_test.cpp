#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "support/bench_stand.hpp"
#include "support/random.hpp"

// Detectors are judged statistically: over several seeds, with bounds that have room for chance.

namespace bellwether::detect {
namespace {

constexpr double turn = 2 * std::numbers::pi;
constexpr std::chrono::hours hourly{1};
constexpr std::chrono::minutes five_minutes{5};

using Process = std::function<double(int, Random&)>;

std::vector<double> values_of(const Process& process, int count, std::uint64_t seed) {
  Random random(seed);
  std::vector<double> values;
  for (int i = 0; i < count; ++i) values.push_back(process(i, random));
  return values;
}

/// Processes without anomalies, as hourly series.
std::vector<std::pair<const char*, Process>> quiet_processes() {
  return {
      {"normal", [](int, Random& r) { return 100 + 10 * r.normal(); }},
      {"lognormal", [](int, Random& r) { return 50 * std::exp(r.normal()); }},
      {"daily",
       [](int i, Random& r) { return 100 + 30 * std::sin(turn * i / 24) + 5 * r.normal(); }},
      {"daily and weekly",
       [](int i, Random& r) {
         return 200 + 30 * std::sin(turn * i / 24) - (i / 24 % 7 >= 5 ? 25 : 0) + 8 * r.normal();
       }},
      {"counts", [](int, Random& r) { return r.poisson(5); }},
      {"seasonal counts",
       [](int i, Random& r) { return r.poisson(4 * std::exp(0.8 * std::sin(turn * i / 24))); }},
      {"trend", [](int i, Random& r) { return 100 + 0.01 * i + 3 * r.normal(); }},
      {"multiplicative",
       [](int i, Random& r) {
         return 1000 * std::exp(0.5 * std::sin(turn * i / 24) + 0.1 * r.normal());
       }},
  };
}

// Alarms within a day of each other are one.
int opened_alarms(const Scores& scores, int from) {
  int opened = 0;
  int quiet_until = 0;
  for (int i = from; i < static_cast<int>(scores.severity.size()); ++i) {
    if (!(scores.severity[static_cast<std::size_t>(i)] >= 70)) continue;
    if (i >= quiet_until) ++opened;
    quiet_until = i + 24;
  }
  return opened;
}

TEST(DetectionQuality, QuietSeriesStayQuiet) {
  constexpr int weeks = 12;
  int alarms = 0;
  int series_weeks = 0;
  for (const auto& [name, process] : quiet_processes()) {
    int own = 0;
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
      const auto values = values_of(process, 24 * 7 * weeks, seed);
      own += opened_alarms(BenchStand(hourly).run(values), 24 * 7 * 2);
      series_weeks += weeks - 2;
    }
    EXPECT_LE(own, 3) << name;
    alarms += own;
  }
  EXPECT_LE(alarms, 0.02 * series_weeks) << "false alarms in " << series_weeks << " series-weeks";
}

struct Incident {
  double size;
  int points;
};

/// The share of points of an incident at severity 70, and whether the first normal one is below 50.
struct Response {
  double alarmed = 0;
  double calmed = 0;
};

Response respond(const Process& process, std::chrono::seconds interval, int count,
                 Incident incident) {
  constexpr int seeds = 6;
  Response response;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    auto values = values_of(process, count, seed);
    const auto begin = static_cast<std::size_t>(count * 4 / 5);
    const auto length = static_cast<std::size_t>(incident.points);
    for (std::size_t i = begin; i < begin + length; ++i) values[i] += incident.size;
    const Scores scores = BenchStand(interval).run(values);
    for (std::size_t i = begin; i < begin + length; ++i) {
      if (scores.severity[i] >= 70) response.alarmed += 1.0 / (seeds * incident.points);
    }
    if (scores.severity[begin + length] < 50) response.calmed += 1.0 / seeds;
  }
  return response;
}

TEST(DetectionQuality, EveryPointOfAnAnomalyIsAlarmingAndTheFirstAfterItIsNot) {
  const Process hourly_sales = [](int i, Random& r) {
    return 200 + 60 * std::sin(turn * i / 24) + 8 * r.normal();
  };
  const Response at_hours = respond(hourly_sales, hourly, 24 * 7 * 8, {-100, 5});
  EXPECT_GE(at_hours.alarmed, 0.99);
  EXPECT_GE(at_hours.calmed, 0.99);

  const Process sensor = [](int i, Random& r) {
    return 50 + 10 * std::sin(turn * i / 288) + r.normal();
  };
  const Response at_minutes = respond(sensor, five_minutes, 288 * 12, {12, 24});
  EXPECT_GE(at_minutes.alarmed, 0.99);
  EXPECT_GE(at_minutes.calmed, 0.8);
}

TEST(DetectionQuality, APermanentShiftIsAlarmingFirstAndThenTheNewNormal) {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const Process process = [](int i, Random& r) {
      return 200 + 60 * std::sin(turn * i / 24) + 8 * r.normal() + (i >= 24 * 40 ? 64 : 0);
    };
    const Scores scores = BenchStand(hourly).run(values_of(process, 24 * 50, seed));
    EXPECT_GE(std::max(scores.severity[24 * 40], scores.severity[24 * 40 + 1]), 70);
    // It is accepted after 12 points; some may have been found normal before.
    EXPECT_LT(scores.severity[24 * 40 + 36], 50) << "seed " << seed;
    EXPECT_NEAR(scores.expected[24 * 44], 264, 20);
  }
}

TEST(DetectionQuality, FindsASourceThatFroze) {
  const Process process = [](int i, Random& r) {
    return 50 + 10 * std::sin(turn * i / 288) + r.normal();
  };
  auto values = values_of(process, 288 * 12, 1);
  std::fill(values.begin() + 288 * 10, values.begin() + 288 * 10 + 60, values[288 * 10]);
  const Scores scores = BenchStand(five_minutes).run(values);
  bool is_found = false;
  for (std::size_t i = 288 * 10; i < 288 * 10 + 30; ++i) {
    is_found |= scores.severity[i] >= 70 && scores.reason[i] == Reason::frozen;
  }
  EXPECT_TRUE(is_found);
}

TEST(DetectionQuality, FindsADayThatIsLow) {
  const Process process = [](int i, Random& r) {
    const double sales = 1000 * std::exp(0.5 * std::sin(turn * i / 24) + 0.1 * r.normal());
    return i >= 24 * 45 && i < 24 * 46 ? 0.6 * sales : sales;
  };
  const Scores scores = BenchStand(hourly).run(values_of(process, 24 * 50, 1));
  float most = 0;
  for (std::size_t i = 24 * 45; i < 24 * 46; ++i) most = std::max(most, scores.severity[i]);
  EXPECT_GE(most, 70);
}

TEST(DetectionQuality, TheSecondWeekendIsNoNews) {
  const Process process = [](int i, Random& r) {
    return 200 + 30 * std::sin(turn * i / 288) - (i / 288 % 7 >= 5 ? 60 : 0) + 8 * r.normal();
  };
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    const Scores scores = BenchStand(five_minutes).run(values_of(process, 288 * 15, seed));
    EXPECT_EQ(opened_alarms(scores, 288 * 10), 0) << "seed " << seed;
  }
}

TEST(DetectionQuality, AClockChangeIsFollowedAndAMovedDayIsNot) {
  const auto shape = [](double hours) {
    return 100 + 60 * std::sin(turn * hours / 24) + 20 * std::sin(2 * turn * hours / 24);
  };
  const Process set_clock = [&](int i, Random& r) {
    return shape(i / 12.0 + (i >= 288 * 15 ? 1 : 0)) + 5 * r.normal();
  };
  const Process moved = [&](int i, Random& r) {
    return shape(i / 12.0 + (i >= 288 * 15 ? 6 : 0)) + 5 * r.normal();
  };
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    const Scores followed = BenchStand(five_minutes).run(values_of(set_clock, 288 * 19, seed));
    // A day after the change the new hours are known.
    EXPECT_EQ(opened_alarms(followed, 288 * 17), 0) << "seed " << seed;
    const Scores told = BenchStand(five_minutes).run(values_of(moved, 288 * 17, seed));
    EXPECT_GT(opened_alarms(told, 288 * 15), 0) << "seed " << seed;
  }
}

TEST(DetectionQuality, ComingHomeFromAnEventIsNoSecondEvent) {
  int opened = 0;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const Process process = [](int i, Random& r) {
      const bool is_event = i >= 24 * 50 && i < 24 * 55;
      return 100 + 20 * std::sin(turn * i / 24) + (is_event ? 20 : 0) + 5 * r.normal();
    };
    opened += opened_alarms(BenchStand(hourly).run(values_of(process, 24 * 60, seed)), 24 * 56);
  }
  EXPECT_LE(opened, 1);
}

TEST(DetectionQuality, BoundsHoldWhatTheyPromise) {
  for (const auto& [name, process] : quiet_processes()) {
    int inside = 0;
    int count = 0;
    for (std::uint64_t seed = 0; seed < 3; ++seed) {
      const auto values = values_of(process, 24 * 7 * 12, seed);
      const Scores scores = BenchStand(hourly).run(values);
      for (std::size_t i = 24 * 7 * 3; i < values.size(); ++i, ++count) {
        const auto value = static_cast<float>(values[i]);
        if (value >= scores.lower[i] && value <= scores.upper[i]) ++inside;
      }
    }
    const double coverage = static_cast<double>(inside) / count;
    EXPECT_GE(coverage, 0.995) << name;
    EXPECT_LE(coverage, 0.99999) << name;
  }
}

}  // namespace
}  // namespace bellwether::detect
