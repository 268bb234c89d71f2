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

/// Series of one class that are moved at some point of their last quarter, and what was said of
/// them.
struct Moved {
  std::vector<std::size_t> begins;
  std::vector<Scores> scores;

  float severity(std::size_t series, std::size_t points_on) const {
    return scores[series].severity[begins[series] + points_on];
  }
};

Moved score_moved(const Process& process, const Ground& ground, std::uint64_t seeds, double sigmas,
                  int points) {
  Moved moved;
  std::vector<Values> series;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    Dice dice(500 + seed);
    Values values = process.make(dice, ground.length, points_per_day(ground.interval));
    const int begin = ground.length * 3 / 4 + dice.below(ground.length / 16);
    for (int i = begin; i < std::min(begin + points, ground.length); ++i)
      values[static_cast<std::size_t>(i)] += sigmas * process.sigma;
    moved.begins.push_back(static_cast<std::size_t>(begin));
    series.push_back(std::move(values));
  }
  moved.scores = score_together(series, ground.interval);
  return moved;
}

void print_passing_event(const Ground& ground, std::uint64_t seeds) {
  const auto length = static_cast<std::size_t>(ground.event_points);
  double alarmed = 0;
  double calmed = 0;
  double events = 0;
  for (const Process& process : classes()) {
    const Moved moved = score_moved(process, ground, seeds, 12, ground.event_points);
    for (std::size_t k = 0; k < moved.begins.size(); ++k, ++events) {
      for (std::size_t i = 0; i < length; ++i) alarmed += moved.severity(k, i) >= alarming ? 1 : 0;
      calmed += moved.severity(k, length) < 50 ? 1 : 0;
    }
  }
  std::printf(
      "| 12 sigma for %d points at %s | %.1f %% of its points at 70 | %.1f %% of the first "
      "points after it below 50 |\n",
      ground.event_points, ground.name, 100 * alarmed / (events * static_cast<double>(length)),
      100 * calmed / events);
}

void print_permanent_shift(const Ground& ground, std::uint64_t seeds) {
  const auto three_holds = static_cast<std::size_t>(3 * ground.hold_points);
  double noticed = 0;
  double accepted = 0;
  double events = 0;
  for (const Process& process : classes()) {
    const Moved moved = score_moved(process, ground, seeds, 8, ground.length);
    for (std::size_t k = 0; k < moved.begins.size(); ++k, ++events) {
      noticed += std::max(moved.severity(k, 0), moved.severity(k, 1)) >= alarming ? 1 : 0;
      accepted += moved.severity(k, three_holds) < 50 ? 1 : 0;
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
