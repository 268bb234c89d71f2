#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <ctime>

#include <benchmark/benchmark.h>

#include "bellwether/base/worker_pool.hpp"
#include "bellwether/detect/engine.hpp"

#include "mixed_series.hpp"

// How fast one core scores, and what a series costs to remember. Times are those of the processor,
// so that a busy machine disturbs them less.

namespace {

using namespace bellwether;

constexpr int points_per_day = 288;
constexpr int days = 28;

double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// An engine with the series it lives on.
struct Stand {
  explicit Stand(std::size_t series_count) : series(series_count, points_per_day) {}

  void score_next() {
    series.fill(frame, next++);
    score();
  }

  /// The time it takes to score the next frame in which no series is refitted.
  double time_next() {
    while (true) {
      series.fill(frame, next++);
      const std::size_t refits = series.refits();
      const double begin = processor_seconds();
      score();
      const double taken = processor_seconds() - begin;
      if (series.refits() == refits) return taken;
    }
  }

  void score() {
    if (!engine.score_and_refit(frame, series)) std::abort();
  }

  void report_size(benchmark::State& state) const {
    const auto size = engine.size();
    state.counters["state_bytes_per_series"] =
        static_cast<double>(size.state_bytes) / static_cast<double>(size.series);
  }

  WorkerPool pool{1};
  MixedSeries series;
  detect::Engine engine{{.interval = std::chrono::minutes(5)}, pool};
  Frame frame;
  std::int64_t next = 0;
};

// Between refits: the path every value takes.
void score_frames_of_4096_series(benchmark::State& state) {
  constexpr std::size_t series_count = 4096;
  Stand stand(series_count);
  while (stand.next < points_per_day * 9) stand.score_next();
  double least = 1;
  for (auto _ : state) {
    const double taken = stand.time_next();
    state.SetIterationTime(taken);
    least = std::min(least, taken);
  }
  state.counters["least_us_per_point"] = least * 1e6 / static_cast<double>(series_count);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(series_count));
  stand.report_size(state);
}
BENCHMARK(score_frames_of_4096_series)
    ->UseManualTime()
    ->Iterations(100)
    ->Unit(benchmark::kMillisecond);

// The first four weeks of life, every refit included; making the values is part of it, at a few
// nanoseconds each.
void live_through_four_weeks(benchmark::State& state) {
  constexpr std::size_t series_count = 64;
  for (auto _ : state) {
    Stand stand(series_count);
    while (stand.next < points_per_day * days) stand.score_next();
    stand.report_size(state);
  }
  constexpr std::int64_t points = static_cast<std::int64_t>(series_count) * points_per_day * days;
  state.SetItemsProcessed(state.iterations() * points);
}
BENCHMARK(live_through_four_weeks)->Unit(benchmark::kMillisecond);

}  // namespace
