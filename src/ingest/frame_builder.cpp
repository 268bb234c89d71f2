#include "frame_builder.hpp"

#include <cmath>

namespace bellwether::ingest {

FrameBuilder::FrameBuilder(const DetectorSpec& spec, const RollupPlan& plan,
                           const Dictionary& dictionary)
    : layout_(spec.measures),
      fills_with_zero_(spec.on_missing == OnMissing::zero),
      plan_(plan),
      dictionary_(dictionary),
      edges_(plan.steps.size()) {
  notice_new_series();
}

void FrameBuilder::notice_new_series() {
  std::vector<ValueId> wanted;
  for (; noticed_ < dictionary_.series_count(); ++noticed_) {
    const auto series = static_cast<SeriesIndex>(noticed_);
    const auto step = plan_.step_of(dictionary_.mask(series));
    if (!step) continue;
    for (const auto target : plan_.steps[*step].targets) {
      const auto combination = dictionary_.combination(series);
      wanted.assign(combination.begin(), combination.end());
      for (std::size_t i = 0; i < wanted.size(); ++i)
        if ((plan_.steps[target].mask >> i & 1U) == 0) wanted[i] = any_value;
      if (const auto to = dictionary_.find_series(wanted)) edges_[target].push_back({series, *to});
    }
  }
}

Frame FrameBuilder::begin(IntervalIndex interval, TimePoint start) const {
  const std::size_t count = dictionary_.series_count();
  Frame frame{.interval = interval, .start = start, .series_count = count, .measures = {}};
  frame.measures.resize(layout_.places.size());
  for (std::size_t i = 0; i < frame.measures.size(); ++i) {
    frame.measures[i].values.assign(count, no_value);
    if (layout_.places[i].aggregate == Aggregate::avg)
      frame.measures[i].row_counts.assign(count, 0.0);
  }
  return frame;
}

void FrameBuilder::put(Frame& frame, SeriesIndex leaf, const double* cells) const {
  for (std::size_t i = 0; i < frame.measures.size(); ++i) {
    const auto [aggregate, offset] = layout_.places[i];
    frame.measures[i].values[leaf] = cells[offset];
    if (aggregate == Aggregate::avg && !std::isnan(cells[offset]))
      frame.measures[i].row_counts[leaf] = cells[offset + 1];
  }
}

void FrameBuilder::roll_up(MeasureColumn& column, Aggregate aggregate) const {
  double* const values = column.values.data();
  for (std::size_t step = 1; step < edges_.size(); ++step) {
    for (const Edge edge : edges_[step]) {
      if (std::isnan(values[edge.from])) continue;
      combine(aggregate, values[edge.to], values[edge.from]);
      if (aggregate == Aggregate::avg) column.row_counts[edge.to] += column.row_counts[edge.from];
    }
  }
}

void FrameBuilder::finish(Frame& frame, IntervalQuality& quality) const {
  std::vector<std::uint8_t> is_present(frame.series_count, 0);
  for (std::size_t i = 0; i < frame.measures.size(); ++i) {
    const Aggregate aggregate = layout_.places[i].aggregate;
    MeasureColumn& column = frame.measures[i];
    roll_up(column, aggregate);
    const bool fills =
        fills_with_zero_ && (aggregate == Aggregate::sum || aggregate == Aggregate::count);
    for (std::size_t series = 0; series < frame.series_count; ++series) {
      double& value = column.values[series];
      if (aggregate == Aggregate::avg) value /= column.row_counts[series];
      const bool has_value = std::isfinite(value);
      is_present[series] |= static_cast<std::uint8_t>(has_value);
      if (has_value) continue;
      value = fills && std::isnan(value) ? 0.0 : no_value;
      if (aggregate == Aggregate::avg) column.row_counts[series] = 0;
    }
  }
  for (const std::uint8_t present : is_present) quality.series_present += present;
  quality.series_missing = frame.series_count - quality.series_present;
}

}  // namespace bellwether::ingest
