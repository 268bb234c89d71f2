#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <new>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "bellwether/base/worker_pool.hpp"
#include "bellwether/detect/engine.hpp"

namespace {

std::atomic<std::size_t> allocations = 0;

void* counted(std::size_t bytes) {
  ++allocations;
  if (void* memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  throw std::bad_alloc();
}

}  // namespace

// The other forms of operator new come down to this one, but for over-aligned types.
void* operator new(std::size_t bytes) { return counted(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace bellwether::detect {
namespace {

constexpr int points_per_day = 48;
constexpr std::size_t series_count = 300;

/// Flat, daily, multiplicative, counting and gappy series, the same whenever they are asked for.
class Mixture final : public History {
 public:
  static double value(std::size_t series, std::int64_t interval) {
    const double noise = noise_at(series, interval);
    const double day = std::sin(0.1309 * static_cast<double>(interval % points_per_day));
    switch (series % 5) {
      case 0:
        return 100 + 5 * noise;
      case 1:
        return 100 + 30 * day + 5 * noise;
      case 2:
        return 1000 * std::exp(0.5 * day + 0.1 * noise);
      case 3:
        return std::max(0.0, std::round(4 + 2 * noise));
      default:
        return interval % 9 == 0 ? std::numeric_limits<double>::quiet_NaN() : 50 + noise;
    }
  }

  static Frame frame(std::int64_t interval) {
    Frame frame;
    frame.interval = interval;
    frame.series_count = series_count;
    frame.measures.resize(1);
    for (std::size_t s = 0; s < series_count; ++s) {
      frame.measures[0].values.push_back(value(s, interval));
    }
    return frame;
  }

  Result<void> read(const HistoryRange& range, std::span<float> values) const override {
    auto at = values.begin();
    for (std::size_t s = 0; s < range.series_count; ++s) {
      for (auto i = range.from; i < range.to; ++i) {
        *at++ = static_cast<float>(value(range.first_series + s, i));
      }
    }
    return ok();
  }

 private:
  // Twelve uniform numbers make nearly a normal one.
  static double noise_at(std::size_t series, std::int64_t interval) {
    std::uint64_t bits = series * 0x9e3779b97f4a7c15U + static_cast<std::uint64_t>(interval);
    double sum = -6;
    for (int i = 0; i < 12; ++i) {
      bits = bits * 6364136223846793005U + 1442695040888963407U;
      sum += static_cast<double>(bits >> 11U) / 9007199254740992.0;
    }
    return sum;
  }
};

TEST(Scoring, AllocatesNothingBetweenRefits) {
  WorkerPool pool(2);
  Engine engine({.interval = std::chrono::minutes(30)}, pool);
  const Mixture mixture;
  // Refits are due at the ages of 192 intervals, four days, and 249 or more.
  std::int64_t next = 0;
  for (; next < 200; ++next) ASSERT_TRUE(engine.score_and_refit(Mixture::frame(next), mixture));

  std::vector<Frame> frames;
  for (; next < 245; ++next) frames.push_back(Mixture::frame(next));
  const std::size_t before = allocations;
  for (const Frame& frame : frames) {
    if (!engine.score_and_refit(frame, mixture)) std::abort();
  }
  EXPECT_EQ(allocations, before);
}

}  // namespace
}  // namespace bellwether::detect
