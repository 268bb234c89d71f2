#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <benchmark/benchmark.h>

#include "bellwether/base/worker_pool.hpp"
#include "bellwether/detect/engine.hpp"

// How fast one core scores, and what a series costs to remember. Values are made ahead of time, so
// that only the engine is measured.

namespace {

using namespace bellwether;

constexpr int points_per_day = 288;
constexpr int days = 28;
constexpr std::size_t pattern_length = points_per_day * 7;
constexpr double turn = 6.283185307179586;

double noise(std::uint64_t seed) {
  const auto mixed = [](std::uint64_t bits) {
    bits = (bits ^ (bits >> 30U)) * 0xbf58476d1ce4e5b9U;
    bits = (bits ^ (bits >> 27U)) * 0x94d049bb133111ebU;
    return static_cast<double>((bits ^ (bits >> 31U)) >> 11U) / 9007199254740992.0;
  };
  const double radius = std::sqrt(-2 * std::log(1 - mixed(2 * seed + 1)));
  return radius * std::cos(turn * mixed(2 * seed + 2));
}

/// Business-like series: daily and weekly rhythm, noise, a level of their own.
class Business final : public detect::History {
 public:
  explicit Business(std::size_t series_count) : series_count_(series_count) {}

  double value(std::size_t series, std::int64_t interval) const {
    const auto at = static_cast<std::size_t>(interval);
    const double day = std::sin(turn * static_cast<double>(at % points_per_day) / points_per_day);
    const bool is_weekend = at / points_per_day % 7 >= 5;
    const double level = 100.0 * static_cast<double>(1 + series % 17);
    return level *
           (1 + 0.4 * day - (is_weekend ? 0.2 : 0.0) + 0.05 * noises_[noise_at(series, at)]);
  }

  Frame frame(std::int64_t interval) const {
    Frame frame;
    frame.interval = interval;
    frame.series_count = series_count_;
    frame.measures.resize(1);
    auto& values = frame.measures[0].values;
    values.reserve(series_count_);
    for (std::size_t s = 0; s < series_count_; ++s) values.push_back(value(s, interval));
    return frame;
  }

  Result<void> read(const detect::HistoryRange& range, std::span<float> values) const override {
    auto at = values.begin();
    for (std::size_t s = 0; s < range.series_count; ++s) {
      for (auto i = range.from; i < range.to; ++i) {
        *at++ = static_cast<float>(value(range.first_series + s, i));
      }
    }
    return ok();
  }

 private:
  static std::size_t noise_at(std::size_t series, std::size_t interval) {
    return (series * 7919 + interval * 104'729) % noise_count;
  }

  static constexpr std::size_t noise_count = 1U << 20U;
  std::size_t series_count_;
  std::vector<float> noises_ = [] {
    std::vector<float> made(noise_count);
    for (std::size_t i = 0; i < noise_count; ++i) made[i] = static_cast<float>(noise(i));
    return made;
  }();
};

void learn(detect::Engine& engine, const Business& business, std::int64_t intervals) {
  for (std::int64_t i = 0; i < intervals; ++i) {
    if (!engine.score(business.frame(i), business)) std::abort();
  }
}

void report_size(benchmark::State& state, const detect::Engine& engine) {
  const auto size = engine.size();
  state.counters["state_bytes_per_series"] =
      static_cast<double>(size.state_bytes) / static_cast<double>(size.series);
}

// Between refits: the path every value takes.
void score_frames_of_4096_series(benchmark::State& state) {
  constexpr std::size_t series_count = 4096;
  WorkerPool pool(1);
  const Business business(series_count);
  detect::Engine engine({.interval = std::chrono::minutes(5)}, pool);
  // The last refits, which blocks have at times of their own, end before; the next begin at 3289.
  std::int64_t next = 2800;
  learn(engine, business, next);
  std::vector<Frame> frames;
  for (int i = 0; i < points_per_day; ++i) frames.push_back(business.frame(i));
  std::size_t at = 0;
  for (auto _ : state) {
    Frame& frame = frames[at++ % frames.size()];
    frame.interval = next++;
    benchmark::DoNotOptimize(engine.score(frame, business));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(series_count));
  report_size(state, engine);
}
BENCHMARK(score_frames_of_4096_series)->Iterations(200)->Unit(benchmark::kMillisecond);

// The first four weeks of life, every refit included; making the values is part of it, at a few
// nanoseconds each.
void live_through_four_weeks(benchmark::State& state) {
  constexpr std::size_t series_count = 64;
  const Business business(series_count);
  for (auto _ : state) {
    WorkerPool pool(1);
    detect::Engine engine({.interval = std::chrono::minutes(5)}, pool);
    learn(engine, business, points_per_day * days);
    report_size(state, engine);
  }
  constexpr std::int64_t points = static_cast<std::int64_t>(series_count) * points_per_day * days;
  state.SetItemsProcessed(state.iterations() * points);
}
BENCHMARK(live_through_four_weeks)->Unit(benchmark::kMillisecond);

}  // namespace
