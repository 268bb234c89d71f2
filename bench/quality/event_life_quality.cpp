// How severity moves over an event, and whether bounds hold what they promise.
// usage: event_life_quality [--seeds N]

#include <cmath>
#include <cstdio>
#include <vector>

#include "options.hpp"
#include "scoring.hpp"

namespace {

using namespace bellwether;
using namespace bellwether::quality;
using std::chrono::seconds;

struct Ground {
  const char* name;
  seconds interval;
  int length;        ///< Points.
  int event_points;  ///< 2 hours at 5 minutes, 5 hours at 1 hour.
  int hold_points;   ///< After which a permanent shift is the new normal.
};

constexpr Ground grounds[] = {{"5 min", std::chrono::minutes(5), 28 * 288, 24, 36},
                              {"1 h", std::chrono::hours(1), 84 * 24, 5, 12}};

std::vector<Process> classes() {
  return {ordinary_process("Gaussian"), ordinary_process("daily"),
          ordinary_process("daily + weekly"), ordinary_process("trend"),
          ordinary_process("AR(1) + daily")};
}

std::vector<Values> shifted(const Process& process, const Ground& ground, std::uint64_t seeds,
                            double sigmas, int points) {
  std::vector<Values> series;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    Dice dice(500 + seed);
    Values values = process.make(dice, ground.length, points_per_day(ground.interval));
    const int begin = ground.length * 3 / 4 + dice.below(ground.length / 16);
    for (int i = begin; i < std::min(begin + points, ground.length); ++i)
      values[static_cast<std::size_t>(i)] += sigmas * process.sigma;
    values.push_back(begin);  // Taken off again before scoring.
    series.push_back(std::move(values));
  }
  return series;
}

std::vector<std::size_t> take_begins(std::vector<Values>& series) {
  std::vector<std::size_t> begins;
  for (Values& values : series) {
    begins.push_back(static_cast<std::size_t>(values.back()));
    values.pop_back();
  }
  return begins;
}

void print_passing_event(const Ground& ground, std::uint64_t seeds) {
  double alarmed = 0;
  double calmed = 0;
  double points = 0;
  double events = 0;
  for (const Process& process : classes()) {
    auto series = shifted(process, ground, seeds, 12, ground.event_points);
    const auto begins = take_begins(series);
    const auto scores = score_together(series, ground.interval);
    const auto length = static_cast<std::size_t>(ground.event_points);
    for (std::size_t k = 0; k < scores.size(); ++k, ++events) {
      for (std::size_t i = begins[k]; i < begins[k] + length; ++i, ++points)
        alarmed += scores[k].severity[i] >= alarming ? 1 : 0;
      calmed += scores[k].severity[begins[k] + length] < 50 ? 1 : 0;
    }
  }
  std::printf(
      "| 12 sigma for %d points at %s | %.1f %% of its points at 70 | %.1f %% of the first "
      "points after it below 50 |\n",
      ground.event_points, ground.name, 100 * alarmed / points, 100 * calmed / events);
}

void print_permanent_shift(const Ground& ground, std::uint64_t seeds) {
  double noticed = 0;
  double accepted = 0;
  double events = 0;
  for (const Process& process : classes()) {
    auto series = shifted(process, ground, seeds, 8, ground.length);
    const auto begins = take_begins(series);
    const auto scores = score_together(series, ground.interval);
    for (std::size_t k = 0; k < scores.size(); ++k, ++events) {
      const auto& severity = scores[k].severity;
      noticed += std::max(severity[begins[k]], severity[begins[k] + 1]) >= alarming ? 1 : 0;
      accepted +=
          severity[begins[k] + static_cast<std::size_t>(3 * ground.hold_points)] < 50 ? 1 : 0;
    }
  }
  std::printf(
      "| 8 sigma for good at %s | %.1f %% at 70 within two points | %.1f %% below 50 after "
      "three holds |\n",
      ground.name, 100 * noticed / events, 100 * accepted / events);
}

/// Shares of clean points within their bounds, and of "unusual value" alarms outside.
void print_bounds(const Ground& ground, std::uint64_t seeds) {
  std::printf(
      "\n| bounds at %s | points inside | \"unusual value\" alarms outside |\n"
      "| --- | --- | --- |\n",
      ground.name);
  const int day = points_per_day(ground.interval);
  for (const Process& process : ordinary_processes()) {
    std::vector<Values> series;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
      Dice dice(900 + seed);
      series.push_back(process.make(dice, ground.length, day));
    }
    const auto scores = score_together(series, ground.interval);
    double inside = 0;
    double all = 0;
    int flagged = 0;
    int flagged_outside = 0;
    for (std::size_t k = 0; k < series.size(); ++k) {
      for (auto i = static_cast<std::size_t>(ground.length / 3); i < series[k].size(); ++i, ++all) {
        const auto value = static_cast<float>(series[k][i]);
        const bool is_in = value >= scores[k].lower[i] && value <= scores[k].upper[i];
        inside += is_in ? 1 : 0;
        if (scores[k].reason[i] != Reason::unusual_value) continue;
        ++flagged;
        flagged_outside += is_in ? 0 : 1;
      }
    }
    std::printf("| %s | %.3f %% | %d of %d |\n", process.name.c_str(), 100 * inside / all,
                flagged_outside, flagged);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto seeds = option(argc, argv, "--seeds", 10);
  std::puts("| event | while it lasts | after |\n| --- | --- | --- |");
  for (const Ground& ground : grounds) print_passing_event(ground, seeds);
  for (const Ground& ground : grounds) print_permanent_shift(ground, seeds);
  for (const Ground& ground : grounds) print_bounds(ground, seeds);
}
