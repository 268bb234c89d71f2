#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "bellwether/base/worker_pool.hpp"
#include "bellwether/detect/engine.hpp"

#include "support/random.hpp"

namespace bellwether::detect {
namespace {

constexpr std::int64_t points_per_day = 288;

/// Series that differ only in their noise, or not at all.
class Shape : public History {
 public:
  virtual float value(std::int64_t interval) const = 0;

  Result<void> read(const HistoryRange& range, std::span<float> values) const override {
    auto at = values.begin();
    for (std::size_t s = 0; s < range.series_count; ++s) {
      for (auto i = range.from; i < range.to; ++i) *at++ = value(i);
    }
    return ok();
  }

 protected:
  Shape() {
    Random random(3);
    for (float& noise : noises_) noise = static_cast<float>(random.normal());
  }

  float noise(std::int64_t interval) const {
    return noises_[static_cast<std::size_t>(interval) % noises_.size()];
  }

 private:
  std::vector<float> noises_ = std::vector<float>(4999);
};

class Flat final : public Shape {
 public:
  float value(std::int64_t interval) const override { return 100 + noise(interval); }
};

/// Every point of the day and every hour of the week has a level of its own.
class Jagged final : public Shape {
 public:
  float value(std::int64_t interval) const override {
    const std::int64_t point = interval % points_per_day;
    const std::int64_t hour = interval % (7 * points_per_day) / 12;
    return 1000 + 20 * static_cast<float>(point * 37 % 11) +
           10 * static_cast<float>(hour * 29 % 13) + noise(interval);
  }
};

/// Bytes of a series after so many intervals at 5 minutes.
double bytes_per_series(const Shape& shape, std::size_t series, std::int64_t intervals) {
  WorkerPool pool(1);
  Engine engine({.interval = std::chrono::minutes(5)}, pool);
  for (std::int64_t i = 0; i < intervals; ++i) {
    Frame frame;
    frame.interval = i;
    frame.series_count = series;
    frame.measures.push_back({std::vector<double>(series, shape.value(i)), {}});
    if (!engine.score_and_refit(frame, shape)) std::abort();
  }
  const EngineSize size = engine.size();
  EXPECT_EQ(size.series, series);
  return static_cast<double>(size.state_bytes) / static_cast<double>(size.series);
}

TEST(EngineSize, IsUnderAKilobyteAndAnEighthWithoutProfiles) {
  EXPECT_LE(bytes_per_series(Flat(), 64, 2 * points_per_day), 1152);
}

TEST(EngineSize, IsUnderTwoKilobytesAndASixteenthWithTheLargestProfiles) {
  const double bytes = bytes_per_series(Jagged(), 64, 15 * points_per_day);
  EXPECT_LE(bytes, 2112);
  EXPECT_GE(bytes, bytes_per_series(Flat(), 64, 1) + 2 * (288 + 168)) << "both are there";
}

}  // namespace
}  // namespace bellwether::detect
