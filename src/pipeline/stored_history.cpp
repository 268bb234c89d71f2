#include "stored_history.hpp"

#include <algorithm>
#include <limits>

#include "history_window.hpp"

namespace bellwether::pipeline {

void StoredHistory::note(IntervalIndex interval, SourceHealth source) {
  // Frames that are replayed have been noted already.
  if (!gaps_.empty() && interval <= gaps_.back()) return;
  const auto length = static_cast<IntervalIndex>(HistoryWindow::max_intervals);
  while (!gaps_.empty() && gaps_.front() < interval - length) gaps_.pop_front();
  if (source != SourceHealth::healthy) gaps_.push_back(interval);
}

Result<void> StoredHistory::read(const detect::HistoryRange& range, std::span<float> values) const {
  auto read =
      intervals_.read_values(detector_, range.measure, static_cast<SeriesIndex>(range.first_series),
                             range.series_count, range.from, range.to, values);
  if (!read) return read;
  const auto end = std::ranges::lower_bound(gaps_, range.to);
  for (auto gap = std::ranges::lower_bound(gaps_, range.from); gap != end; ++gap) {
    const auto column = static_cast<std::size_t>(*gap - range.from);
    for (std::size_t series = 0; series < range.series_count; ++series)
      values[series * range.interval_count() + column] = std::numeric_limits<float>::quiet_NaN();
  }
  return ok();
}

}  // namespace bellwether::pipeline
