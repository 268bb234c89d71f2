#include "history_window.hpp"

#include <algorithm>
#include <limits>

namespace bellwether::pipeline {
namespace {

constexpr float gap = std::numeric_limits<float>::quiet_NaN();

}  // namespace

HistoryWindow::HistoryWindow(std::size_t measure_count, std::size_t budget_bytes)
    : budget_bytes_(budget_bytes), measures_(measure_count) {}

void HistoryWindow::append(const Frame& frame) {
  if (!is_complete_) return;
  const bool is_first = first_ == end_;
  if (is_first || frame.interval - end_ >= static_cast<IntervalIndex>(max_intervals)) {
    first_ = frame.interval;
    end_ = frame.interval;
  }
  grow_to(frame.series_count);
  for (; end_ <= frame.interval && is_complete_; ++end_) {
    if (end_ - first_ == static_cast<IntervalIndex>(capacity_)) {
      if (capacity_ < max_intervals) {
        grow_capacity();
      } else {
        ++first_;
      }
    }
    if (is_complete_) clear_row(end_);
  }
  if (!is_complete_ || frame.source != SourceHealth::healthy) return;
  const std::size_t row = row_of(frame.interval);
  for (std::size_t measure = 0; measure < measures_.size(); ++measure) {
    const auto& values = frame.measures[measure].values;
    for (std::size_t series = 0; series < values.size(); ++series)
      measures_[measure][series / block_series].values[row * block_series + series % block_series] =
          static_cast<float>(values[series]);
  }
}

Result<void> HistoryWindow::read(const detect::HistoryRange& range, std::span<float> values) const {
  std::ranges::fill(values, gap);
  const auto& blocks = measures_[range.measure];
  const std::size_t columns = range.interval_count();
  const IntervalIndex from = std::max(range.from, first_);
  const IntervalIndex to = std::min(range.to, end_);
  for (IntervalIndex interval = from; interval < to; ++interval) {
    const std::size_t row = row_of(interval);
    const auto column = static_cast<std::size_t>(interval - range.from);
    for (std::size_t i = 0; i < range.series_count; ++i) {
      const std::size_t series = range.first_series + i;
      if (series / block_series >= blocks.size()) break;
      values[i * columns + column] =
          blocks[series / block_series].values[row * block_series + series % block_series];
    }
  }
  return ok();
}

void HistoryWindow::give_up() {
  is_complete_ = false;
  for (auto& measure : measures_) std::vector<Block>().swap(measure);
}

std::size_t HistoryWindow::bytes() const {
  std::size_t blocks = 0;
  for (const auto& measure : measures_) blocks += measure.size();
  return bytes_of(blocks, capacity_);
}

void HistoryWindow::grow_to(std::size_t series_count) {
  const std::size_t blocks = (series_count + block_series - 1) / block_series;
  if (bytes_of(blocks * measures_.size(), capacity_) > budget_bytes_) {
    give_up();
    return;
  }
  for (auto& measure : measures_)
    while (measure.size() < blocks)
      measure.push_back({std::vector<float>(capacity_ * block_series, gap)});
}

void HistoryWindow::grow_capacity() {
  if (bytes() * 2 > budget_bytes_) {
    give_up();
    return;
  }
  const std::size_t old_capacity = capacity_;
  capacity_ *= 2;
  for (auto& measure : measures_) {
    for (auto& block : measure) {
      std::vector<float> wider(capacity_ * block_series, gap);
      for (IntervalIndex interval = first_; interval < end_; ++interval) {
        const auto old_row = static_cast<std::size_t>(interval) & (old_capacity - 1);
        std::copy_n(block.values.begin() + static_cast<std::ptrdiff_t>(old_row * block_series),
                    block_series,
                    wider.begin() + static_cast<std::ptrdiff_t>(row_of(interval) * block_series));
      }
      block.values = std::move(wider);
    }
  }
}

void HistoryWindow::clear_row(IntervalIndex interval) {
  const std::size_t row = row_of(interval);
  for (auto& measure : measures_)
    for (auto& block : measure)
      std::fill_n(block.values.begin() + static_cast<std::ptrdiff_t>(row * block_series),
                  block_series, gap);
}

std::size_t HistoryWindow::row_of(IntervalIndex interval) const {
  // The capacity is a power of two, so this is right for intervals before 1970 as well.
  return static_cast<std::size_t>(interval) & (capacity_ - 1);
}

}  // namespace bellwether::pipeline
