#include "history_window.hpp"

#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include <gtest/gtest.h>

namespace bellwether::pipeline {
namespace {

constexpr std::size_t plenty = std::numeric_limits<std::size_t>::max();

/// A frame whose values say which interval, measure and series they belong to.
Frame a_frame(IntervalIndex interval, std::size_t measures, std::size_t series) {
  Frame frame{.interval = interval, .series_count = series};
  for (std::size_t measure = 0; measure < measures; ++measure) {
    auto& column = frame.measures.emplace_back();
    for (std::size_t i = 0; i < series; ++i)
      column.values.push_back(static_cast<double>(interval) * 1000 +
                              static_cast<double>(measure * 500 + i));
  }
  return frame;
}

std::vector<float> read(const HistoryWindow& window, const detect::HistoryRange& range) {
  std::vector<float> values(range.series_count * range.interval_count(), -1);
  EXPECT_TRUE(window.read(range, values));
  return values;
}

TEST(HistoryWindow, GivesBackWhatWasAppendedSeriesBySeries) {
  HistoryWindow window(2, plenty);
  for (IntervalIndex interval = 100; interval < 400; ++interval)
    window.append(a_frame(interval, 2, 130));
  const auto values =
      read(window, {.measure = 1, .first_series = 60, .series_count = 10, .from = 150, .to = 350});
  for (std::size_t series = 0; series < 10; ++series)
    for (std::size_t column = 0; column < 200; ++column)
      ASSERT_EQ(values[series * 200 + column],
                static_cast<float>((150 + column) * 1000 + 500 + 60 + series));
}

TEST(HistoryWindow, ShowsGapsAndWhatItNeverHadAsNan) {
  HistoryWindow window(1, plenty);
  window.append(a_frame(10, 1, 1));
  window.append(a_frame(13, 1, 2));
  const auto values =
      read(window, {.measure = 0, .first_series = 0, .series_count = 3, .from = 9, .to = 15});
  const std::vector<bool> present{false, true,  false, false, true,  false,   // series 0
                                  false, false, false, false, true,  false,   // series 1 came later
                                  false, false, false, false, false, false};  // series 2 never did
  for (std::size_t i = 0; i < present.size(); ++i) EXPECT_EQ(!std::isnan(values[i]), present[i]);
}

TEST(HistoryWindow, ShowsAGapWhereTheSourceWasNotWell) {
  HistoryWindow window(1, plenty);
  for (IntervalIndex interval = 10; interval < 13; ++interval) {
    Frame frame = a_frame(interval, 1, 1);
    if (interval == 11) frame.source = SourceHealth::partial;
    window.append(frame);
  }
  const auto values =
      read(window, {.measure = 0, .first_series = 0, .series_count = 1, .from = 10, .to = 13});
  EXPECT_FALSE(std::isnan(values[0]));
  EXPECT_TRUE(std::isnan(values[1]));
  EXPECT_FALSE(std::isnan(values[2]));
}

TEST(HistoryWindow, ForgetsTheOldestBeyondItsLength) {
  HistoryWindow window(1, plenty);
  const auto length = static_cast<IntervalIndex>(HistoryWindow::max_intervals);
  for (IntervalIndex interval = 0; interval < length + 10; ++interval)
    window.append(a_frame(interval, 1, 1));
  const auto values =
      read(window, {.measure = 0, .first_series = 0, .series_count = 1, .from = 9, .to = length});
  EXPECT_TRUE(std::isnan(values[0]));
  EXPECT_EQ(values[1], 10'000);
  EXPECT_EQ(values.back(), static_cast<float>((length - 1) * 1000));
}

TEST(HistoryWindow, BeginsAnewAfterAHoleLongerThanItself) {
  HistoryWindow window(1, plenty);
  window.append(a_frame(1, 1, 1));
  window.append(a_frame(1'000'000, 1, 1));
  const auto values =
      read(window,
           {.measure = 0, .first_series = 0, .series_count = 1, .from = 999'999, .to = 1'000'001});
  EXPECT_TRUE(std::isnan(values[0]));
  EXPECT_FALSE(std::isnan(values[1]));
}

TEST(HistoryWindow, GivesWayWhenItsBudgetIsTooSmall) {
  HistoryWindow window(1, 64 * 128 * sizeof(float));
  for (IntervalIndex interval = 0; interval < 128; ++interval)
    window.append(a_frame(interval, 1, 64));
  EXPECT_TRUE(window.is_complete());
  window.append(a_frame(128, 1, 64));
  EXPECT_FALSE(window.is_complete());
}

}  // namespace
}  // namespace bellwether::pipeline
