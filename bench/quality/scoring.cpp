#include "scoring.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>

#include "bellwether/base/worker_pool.hpp"
#include "bellwether/detect/engine.hpp"

namespace bellwether::quality {
namespace {

class WholeSeries final : public detect::History {
 public:
  explicit WholeSeries(const std::vector<Values>& series) : series_(series) {}

  Result<void> read(const detect::HistoryRange& range, std::span<float> values) const override {
    auto at = values.begin();
    for (std::size_t row = 0; row < range.series_count; ++row)
      for (auto i = range.from; i < range.to; ++i)
        *at++ = static_cast<float>(series_[range.first_series + row][static_cast<std::size_t>(i)]);
    return ok();
  }

 private:
  const std::vector<Values>& series_;
};

void take(const ScoredFrame& frame, std::vector<Scores>& all) {
  const ScoredColumn& column = frame.measures[0];
  for (std::size_t s = 0; s < all.size(); ++s) {
    const float severity = column.severity[s];
    all[s].severity.push_back(std::isnan(severity) ? 0.0F : severity);
    all[s].expected.push_back(column.expected[s]);
    all[s].lower.push_back(column.lower[s]);
    all[s].upper.push_back(column.upper[s]);
    all[s].reason.push_back(Reason::none);
  }
  for (const Anomaly& anomaly : frame.anomalies) all[anomaly.series].reason.back() = anomaly.reason;
}

}  // namespace

std::vector<Scores> score_together(const std::vector<Values>& series,
                                   detect::EngineSettings settings) {
  settings.measure_count = 1;
  settings.threshold = alarming;
  WorkerPool pool(2);
  detect::Engine engine(settings, pool);
  const WholeSeries history(series);
  std::vector<Scores> all(series.size());
  for (std::size_t i = 0; i < series.front().size(); ++i) {
    Frame frame;
    frame.interval = static_cast<IntervalIndex>(i);
    frame.series_count = series.size();
    frame.measures.resize(1);
    for (const Values& values : series) frame.measures[0].values.push_back(values[i]);
    const auto& values = frame.measures[0].values;
    if (std::none_of(values.begin(), values.end(),
                     [](double value) { return std::isfinite(value); }))
      frame.source = SourceHealth::silent;
    const auto scored = engine.score_and_refit(frame, history);
    if (!scored) throw std::runtime_error("scoring failed: " + scored.error().message);
    take(**scored, all);
  }
  return all;
}

std::vector<Scores> score_together(const std::vector<Values>& series,
                                   std::chrono::seconds interval) {
  return score_together(series, usual_settings(interval));
}

detect::EngineSettings usual_settings(std::chrono::seconds interval, bool patterns) {
  detect::EngineSettings settings;
  settings.interval = interval;
  settings.quiet_intervals = 0;
  settings.patterns = patterns;
  return settings;
}

int opened_alarms(const Scores& scores, int from, int pause, const std::vector<char>& is_excused) {
  constexpr int most_gap = 12;
  int opened = 0;
  int quiet_until = 0;
  int last_excused = -most_gap - 1;
  for (int i = from; i < static_cast<int>(scores.severity.size()); ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (scores.severity[at] < alarming) continue;
    const bool goes_on = i - last_excused <= most_gap;
    if (goes_on || (!is_excused.empty() && is_excused[at] != 0)) {
      last_excused = i;
    } else if (i >= quiet_until) {
      ++opened;
      quiet_until = i + pause;
    }
  }
  return opened;
}

int points_per_day(std::chrono::seconds interval) {
  return static_cast<int>(std::chrono::seconds(std::chrono::days(1)) / interval);
}

}  // namespace bellwether::quality
