// Draws the pictures of docs/detection.md from what the engine says of made-up series.
// usage: detection_pictures FOLDER

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <numbers>
#include <stdexcept>
#include <string>

#include "chart.hpp"

namespace {

using namespace bellwether::quality;

constexpr double turn = 2 * std::numbers::pi;
constexpr int day = 24;

/// A story of an hourly series: what it does, and which stretch of it is shown.
struct Story {
  const char* name;
  ChartPart part;
  std::function<double(int hour, Dice& dice)> value;
};

double shop(int hour, Dice& dice) {
  const double rhythm = 1 + 0.5 * std::sin(turn * (hour - 8) / day);
  const bool is_weekend = hour / day % 7 >= 5;
  return 200 * rhythm * (is_weekend ? 0.7 : 1.0) * (1 + 0.05 * dice.normal());
}

std::vector<Story> stories() {
  const auto from = [](int begin, int end) { return std::pair{begin * day, end * day}; };
  const auto part = [&](std::pair<int, int> days, std::string caption) {
    return ChartPart{days.first, days.second, std::move(caption)};
  };
  return {
      {"outlier", part(from(44, 48), "Three hours without a third of the sales"),
       [](int hour, Dice& dice) {
         return shop(hour, dice) * (hour >= 46 * day + 10 && hour < 46 * day + 13 ? 0.65 : 1.0);
       }},
      {"shift", part(from(44, 48), "A new price, for good: an event first, then the new normal"),
       [](int hour, Dice& dice) { return shop(hour, dice) * (hour >= 45 * day + 9 ? 1.6 : 1.0); }},
      {"unusual_day", part(from(42, 48), "A holiday: no hour is far off, the day as a whole is"),
       [](int hour, Dice& dice) { return shop(hour, dice) * (hour / day == 45 ? 0.85 : 1.0); }},
      {"second_weekend",
       part(from(4, 15), "The first weekend is news, the second is not (days 5-6 and 12-13)"),
       shop},
      {"counts", part(from(44, 48), "Errors an hour: whole numbers have a scatter of their own"),
       [](int hour, Dice& dice) { return dice.poisson(4) + (hour == 46 * day + 6 ? 14 : 0); }},
      {"frozen", part(from(44, 48), "A sensor that repeats itself"),
       [held = 0.0](int hour, Dice& dice) mutable {
         const double value = 20 + 5 * std::sin(turn * hour / day) + 0.5 * dice.normal();
         if (hour < 46 * day || hour >= 46 * day + 12) held = value;
         return held;
       }},
  };
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: detection_pictures FOLDER\n", stderr);
    return EXIT_FAILURE;
  }
  for (const Story& story : stories()) {
    Dice dice(11);
    Values values;
    for (int hour = 0; hour < 56 * day; ++hour) values.push_back(story.value(hour, dice));
    const auto scores = score_together({values}, std::chrono::hours(1));
    const std::string path = std::string(argv[1]) + "/" + story.name + ".svg";
    std::ofstream file(path);
    file << draw(values, scores.front(), story.part, day);
    if (!file) throw std::runtime_error("cannot write " + path);
    std::puts(path.c_str());
  }
}
