#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "bellwether/base/worker_pool.hpp"
#include "bellwether/detect/engine.hpp"

#include "mixed_series.hpp"

// A detector with very many hourly series on two cores: how long frames take, refits included, and
// how much memory the engine holds.

namespace {

using namespace bellwether;

constexpr int points_per_day = 24;
constexpr std::int64_t month = 28 * points_per_day;
constexpr std::size_t blocks_per_checkpoint_turn = 64;

/// What the process holds in memory, in bytes.
double resident_bytes() {
  std::ifstream file("/proc/self/statm");
  double total = 0;
  double resident = 0;
  file >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

/// How long something took: on the clock, and in processor time of all threads together.
struct Duration {
  double wall = 0;
  double processor = 0;
};

double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

template <class Work>
Duration duration_of(const Work& work) {
  const auto begin = std::chrono::steady_clock::now();
  const double processor_begin = processor_seconds();
  work();
  return {std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(),
          processor_seconds() - processor_begin};
}

double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

/// An engine on two cores with the series it lives on.
struct Stand {
  explicit Stand(std::size_t series_count) : series(series_count, points_per_day) {
    series.fill(frame, 0);
    resident_before = resident_bytes();
  }

  Duration score_next() {
    series.fill(frame, next++);
    return duration_of([&] {
      if (!engine.score_and_refit(frame, series)) std::abort();
    });
  }

  void report_size(benchmark::State& state) const {
    const auto size = engine.size();
    state.counters["state_bytes_per_series"] =
        static_cast<double>(size.state_bytes) / static_cast<double>(size.series);
    state.counters["resident_gb"] = (resident_bytes() - resident_before) / 1e9;
  }

  double resident_before = 0;
  WorkerPool pool{2};
  MixedSeries series;
  detect::Engine engine{{.interval = std::chrono::hours(1)}, pool};
  Frame frame;
  std::int64_t next = 0;
};

// Each series is scored once: the frames between the first refits, with the first daily profiles,
// and the second. Also the saving of those blocks whose checkpoint is due with a frame.
void score_a_million_series(benchmark::State& state) {
  Stand stand(static_cast<std::size_t>(state.range(0)));
  std::vector<double> quiet;
  std::vector<double> work;  // The same in processor time, of both cores together.
  std::size_t refits = 0;
  for (auto _ : state) {
    while (stand.next < state.range(1)) {
      const Duration taken = stand.score_next();
      if (stand.series.refits() == refits) {
        quiet.push_back(taken.wall);
        work.push_back(taken.processor);
      } else {
        quiet.clear();
        work.clear();
      }
      refits = stand.series.refits();
    }
  }
  std::size_t bytes = 0;
  const Duration saving = duration_of([&] {
    for (std::size_t b = 0; b < stand.engine.block_count(); b += blocks_per_checkpoint_turn) {
      bytes += stand.engine.save_block(b).size();
    }
  });
  state.counters["frame_s"] = quantile(quiet, 0.5);
  state.counters["least_frame_s"] = quantile(quiet, 0);
  state.counters["least_processor_s"] = quantile(work, 0);
  state.counters["checkpoint_share_s"] = saving.wall;
  state.counters["checkpoint_share_mb"] = static_cast<double>(bytes) / 1e6;
  stand.report_size(state);
}
BENCHMARK(score_a_million_series)
    ->ArgNames({"series", "frames"})
    ->Args({1'000'000, 87})
    ->Iterations(1)
    ->Unit(benchmark::kSecond);

// A month from the first value on, every refit included.
void live_through_a_month(benchmark::State& state) {
  Stand stand(static_cast<std::size_t>(state.range(0)));
  std::vector<double> frames;
  std::vector<double> work;  // What a busy machine disturbs less: processor time.
  for (auto _ : state) {
    while (stand.next < month) {
      const Duration taken = stand.score_next();
      frames.push_back(taken.wall);
      work.push_back(taken.processor);
    }
  }
  state.counters["median_s"] = quantile(frames, 0.5);
  state.counters["p99_s"] = quantile(frames, 0.99);
  state.counters["worst_s"] = quantile(frames, 1);
  state.counters["median_processor_s"] = quantile(work, 0.5);
  state.counters["worst_processor_s"] = quantile(work, 1);
  state.counters["worst_by_median"] = quantile(work, 1) / quantile(work, 0.5);
  stand.report_size(state);
}
BENCHMARK(live_through_a_month)
    ->ArgName("series")
    ->Arg(100'000)
    ->Iterations(1)
    ->Unit(benchmark::kSecond);

}  // namespace
