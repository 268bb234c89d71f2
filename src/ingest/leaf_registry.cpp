#include "leaf_registry.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace bellwether::ingest {
namespace {

constexpr SeriesIndex not_settled = std::numeric_limits<SeriesIndex>::max();
constexpr std::size_t rows_ahead = 64;

bool contains(const std::vector<std::string>& list, const std::string& text) {
  return std::ranges::find(list, text) != list.end();
}

}  // namespace

LeafRegistry::LeafRegistry(const DetectorSpec& spec, const RollupPlan& plan, Dictionary& dictionary)
    : spec_(spec),
      plan_(plan),
      dictionary_(dictionary),
      where_of_dimension_(spec.dimensions.size()),
      values_(dictionary),
      leaves_(spec.dimensions.size()),
      counted_(spec.dimensions.size()),
      most_series_(spec.max_series),
      maps_(spec.dimensions.size()),
      ids_(spec.dimensions.size()),
      masked_(spec.dimensions.size()),
      value_ids_(spec.dimensions.size()) {
  for (std::size_t i = 0; i < spec.where.size(); ++i)
    if (const auto dimension = dictionary.dimension_named(spec.where[i].dimension))
      where_of_dimension_[*dimension].push_back(i);
}

void LeafRegistry::attach(const RowBatch& batch) {
  batch_ = &batch;
  ahead_.clear();
  for (std::size_t i = 0; i < maps_.size(); ++i) {
    const DimensionColumn& column = batch.dimensions[i];
    DimensionMap& map = maps_[i];
    map.codes = &column.codes;
    values_.find_each(i, column.values, map.ids);
    map.passes.clear();
    if (where_of_dimension_[i].empty()) continue;
    for (const std::string& text : column.values) {
      const bool passes = std::ranges::all_of(where_of_dimension_[i], [&](std::size_t where) {
        return contains(spec_.where[where].in, text);
      });
      map.passes.push_back(static_cast<std::uint8_t>(passes));
    }
  }
}

bool LeafRegistry::keeps(std::size_t row) const {
  if (spec_.where.empty()) return true;
  for (const DimensionMap& map : maps_)
    if (!map.passes.empty() && map.passes[(*map.codes)[row]] == 0) return false;
  return true;
}

/// Finds the leaves of the next rows together; rows that lack a value we know keep none.
void LeafRegistry::look_ahead(std::size_t row) {
  const std::size_t count = std::min(rows_ahead, batch_->row_count() - row);
  const std::size_t width = maps_.size();
  ahead_from_ = row;
  ahead_ids_.resize(count * width);
  ahead_.resize(count);
  for (std::size_t i = 0; i < width; ++i)
    for (std::size_t at = 0; at < count; ++at) ahead_ids_[at * width + i] = id_at(i, row + at);
  // No leaf has `any_local` in it, so that a row with a new value finds nothing.
  leaves_.find_each(ahead_ids_, ahead_);
}

std::optional<LeafIndex> LeafRegistry::find(std::size_t row) {
  if (row - ahead_from_ >= ahead_.size()) look_ahead(row);
  if (const LeafIndex leaf = ahead_[row - ahead_from_]; leaf != CombinationTable::none) return leaf;
  // It may have been admitted since.
  for (std::size_t i = 0; i < ids_.size(); ++i) {
    ids_[i] = id_at(i, row);
    if (ids_[i] == any_local) return std::nullopt;
  }
  return leaves_.find(ids_);
}

std::optional<LeafIndex> LeafRegistry::admit(std::size_t row) {
  for (std::size_t i = 0; i < ids_.size(); ++i) ids_[i] = id_at(i, row);
  const bool values_are_known = std::ranges::find(ids_, any_local) == ids_.end();
  if (values_are_known && translate(ids_, plan_.steps.front().mask))
    if (const auto series = dictionary_.find_series(value_ids_)) return add_leaf(*series);

  const std::size_t used = dictionary_.series_count() + unsettled_;
  const std::size_t room = most_series_ > used ? most_series_ - used : 0;
  const auto missing = missing_combinations(room);
  if (missing.size() > room) return std::nullopt;
  for (std::size_t i = 0; i < ids_.size(); ++i) {
    if (ids_[i] != any_local) continue;
    const std::uint32_t code = (*maps_[i].codes)[row];
    ids_[i] = maps_[i].ids[code] = values_.add(i, batch_->dimensions[i].values[code]);
  }
  for (const auto step : missing) {
    for (std::size_t i = 0; i < ids_.size(); ++i)
      masked_[i] = (plan_.steps[step].mask >> i & 1U) != 0 ? ids_[i] : any_local;
    counted_.add(masked_);
  }
  unsettled_ += missing.size();
  return add_leaf(not_settled);
}

/// The steps of the plan whose combination of `ids_` no series has yet; stops beyond `room`.
std::vector<RollupPlan::StepIndex> LeafRegistry::missing_combinations(std::size_t room) {
  std::vector<RollupPlan::StepIndex> missing;
  for (RollupPlan::StepIndex step = 0; step < plan_.steps.size() && missing.size() <= room;
       ++step) {
    const DimensionMask mask = plan_.steps[step].mask;
    bool has_new_value = false;
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      const bool is_kept = (mask >> i & 1U) != 0;
      masked_[i] = is_kept ? ids_[i] : any_local;
      has_new_value = has_new_value || (is_kept && ids_[i] == any_local);
    }
    const bool is_known =
        !has_new_value && (counted_.find(masked_) ||
                           (translate(masked_, mask) && dictionary_.find_series(value_ids_)));
    if (!is_known) missing.push_back(step);
  }
  return missing;
}

/// Fills `value_ids_`; false when the dictionary lacks one of the values.
bool LeafRegistry::translate(std::span<const LocalId> local, DimensionMask mask) {
  for (std::size_t i = 0; i < local.size(); ++i) {
    value_ids_[i] = any_value;
    if ((mask >> i & 1U) == 0) continue;
    value_ids_[i] = values_.value_id(i, local[i]);
    if (value_ids_[i] == any_value) return false;
  }
  return true;
}

LeafIndex LeafRegistry::add_leaf(SeriesIndex series) {
  series_.push_back(series);
  return leaves_.add(ids_);
}

std::size_t LeafRegistry::settle(std::span<const LeafIndex> leaves) {
  std::vector<LeafIndex> fresh;
  for (const LeafIndex leaf : leaves)
    if (series_[leaf] == not_settled) fresh.push_back(leaf);
  if (fresh.empty()) return 0;
  const std::size_t before = dictionary_.series_count();
  sort_by_text(fresh);
  for (const auto& step : plan_.steps) {
    for (const LeafIndex leaf : fresh) {
      const auto local = leaves_.tuple(leaf);
      translate(local, step.mask);
      const SeriesIndex series = dictionary_.add_series(value_ids_);
      if (step.mask == plan_.steps.front().mask) series_[leaf] = series;
    }
  }
  const std::size_t added = dictionary_.series_count() - before;
  unsettled_ -= added;
  return added;
}

/// Sorts by the texts of the values, the first dimension's first, and settles the values on the
/// way. Texts are compared to rank the values alone; leaves are then sorted by ranks, from the last
/// dimension to the first.
void LeafRegistry::sort_by_text(std::vector<LeafIndex>& leaves) {
  std::vector<LocalId> values;
  std::vector<std::uint32_t> rank_of;
  std::vector<std::size_t> begin_of;
  std::vector<LeafIndex> sorted(leaves.size());
  for (std::size_t i = ids_.size(); i-- > 0;) {
    values.clear();
    rank_of.assign(values_.count(i), 0);
    for (const LeafIndex leaf : leaves)
      if (std::uint32_t& met = rank_of[leaves_.tuple(leaf)[i]]; met++ == 0)
        values.push_back(leaves_.tuple(leaf)[i]);
    values_.sort_by_text(i, values);
    begin_of.assign(values.size() + 1, 0);
    for (std::size_t rank = 0; rank < values.size(); ++rank) {
      begin_of[rank + 1] = begin_of[rank] + rank_of[values[rank]];
      rank_of[values[rank]] = static_cast<std::uint32_t>(rank);
    }
    for (const LeafIndex leaf : leaves) sorted[begin_of[rank_of[leaves_.tuple(leaf)[i]]]++] = leaf;
    leaves.swap(sorted);
    for (const LocalId id : values) values_.settle(i, id);
  }
}

}  // namespace bellwether::ingest
