#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "bellwether/detect/history.hpp"
#include "bellwether/domain/frame.hpp"

namespace bellwether::detect {

/// Keeps every frame it is given, as the store would.
class MemoryHistory final : public History {
 public:
  void add(const Frame& frame) {
    if (frames_.empty()) first_ = frame.interval;
    frames_.resize(static_cast<std::size_t>(frame.interval - first_) + 1);
    std::vector<std::vector<float>>& columns = frames_.back();
    for (const MeasureColumn& column : frame.measures) {
      columns.emplace_back(column.values.begin(), column.values.end());
    }
  }

  Result<void> read(const HistoryRange& range, std::span<float> values) const override {
    if (is_broken) return unavailable("the disk is away");
    std::size_t at = 0;
    for (std::size_t row = 0; row < range.series_count; ++row) {
      for (std::int64_t interval = range.from; interval < range.to; ++interval, ++at) {
        values[at] = value(range.measure, range.first_series + row, interval);
      }
    }
    return ok();
  }

  bool is_broken = false;

 private:
  float value(std::size_t measure, std::size_t series, std::int64_t interval) const {
    const auto place = static_cast<std::size_t>(interval - first_);
    if (interval < first_ || place >= frames_.size()) return missing;
    const auto& columns = frames_[place];
    if (measure >= columns.size() || series >= columns[measure].size()) return missing;
    return columns[measure][series];
  }

  static constexpr float missing = std::numeric_limits<float>::quiet_NaN();

  std::int64_t first_ = 0;
  std::vector<std::vector<std::vector<float>>> frames_;
};

}  // namespace bellwether::detect
