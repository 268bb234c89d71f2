#include "late_rows.hpp"

#include <cmath>

#include "sparse_rollups.hpp"

namespace bellwether::ingest {

LateRows::LateRows(const DetectorSpec& spec, const IntervalGrid& grid, const RollupPlan& plan,
                   const Dictionary& dictionary, std::size_t cell_limit)
    : spec_(spec),
      grid_(grid),
      plan_(plan),
      dictionary_(dictionary),
      layout_(spec.measures),
      cell_limit_(cell_limit) {}

bool LateRows::are_welcome(IntervalIndex interval, IntervalIndex newest_closed) const {
  return interval >= first_interval_ &&
         grid_.end_of(newest_closed) - grid_.end_of(interval) < spec_.late_window;
}

void LateRows::fold(IntervalIndex interval, LeafIndex leaf, const RowBatch& batch,
                    std::size_t row) {
  OpenInterval& late = intervals_.try_emplace(interval, layout_.width).first->second;
  const std::size_t leaves_before = late.leaf_count();
  double* const cells = late.cells_of(leaf);
  if (late.leaf_count() != leaves_before) cells_ += layout_.places.size();
  ++late.rows;
  for (std::size_t i = 0; i < layout_.places.size(); ++i) {
    const auto [aggregate, offset] = layout_.places[i];
    const double value = batch.measures[i][row];
    if (std::isnan(value)) continue;
    combine(aggregate, cells[offset], aggregate == Aggregate::count ? 1.0 : value);
    if (aggregate == Aggregate::avg) combine(aggregate, cells[offset + 1], 1.0);
  }
}

void LateRows::append_leaves(std::vector<LeafIndex>& leaves) const {
  for (const auto& [interval, late] : intervals_)
    leaves.insert(leaves.end(), late.leaves().begin(), late.leaves().end());
}

std::vector<Amendment> LateRows::release(const LeafRegistry& leaves) {
  std::vector<Amendment> amendments;
  for (const auto& [interval, late] : intervals_)
    amendments.push_back(make_amendment(interval, late, leaves));
  intervals_.clear();
  cells_ = 0;
  return amendments;
}

Amendment LateRows::make_amendment(IntervalIndex interval, const OpenInterval& late,
                                   const LeafRegistry& leaves) const {
  std::vector<SparseRollups::Entry> entries;
  for (std::size_t i = 0; i < late.leaf_count(); ++i)
    entries.push_back({leaves.series(late.leaves()[i]), late.cells_at(i)});
  SparseRollups rollups(plan_, dictionary_, layout_);
  rollups.set_leaves(std::move(entries));
  entries = rollups.take();

  Amendment amendment{.interval = interval, .rows = late.rows, .measures = {}};
  for (const auto [aggregate, offset] : layout_.places) {
    AmendedColumn& column = amendment.measures.emplace_back();
    column.aggregate = aggregate;
    for (const auto& [series, cells] : entries) {
      if (!std::isfinite(cells[offset])) continue;
      column.series.push_back(series);
      column.values.push_back({.value = cells[offset],
                               .row_count = aggregate == Aggregate::avg ? cells[offset + 1] : 0});
    }
  }
  return amendment;
}

}  // namespace bellwether::ingest
