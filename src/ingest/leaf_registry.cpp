#include "leaf_registry.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace bellwether::ingest {
namespace {

constexpr SeriesIndex not_settled = std::numeric_limits<SeriesIndex>::max();

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
  for (std::size_t i = 0; i < maps_.size(); ++i) {
    const DimensionColumn& column = batch.dimensions[i];
    DimensionMap& map = maps_[i];
    map.codes = &column.codes;
    map.ids.clear();
    map.passes.clear();
    for (const std::string& text : column.values) {
      map.ids.push_back(values_.find(i, text).value_or(any_local));
      if (where_of_dimension_[i].empty()) continue;
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

std::optional<LeafIndex> LeafRegistry::find(std::size_t row) {
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
  const std::size_t room = spec_.max_series > used ? spec_.max_series - used : 0;
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
  std::ranges::sort(fresh, [this](LeafIndex a, LeafIndex b) { return comes_before(a, b); });
  settle_values(fresh);
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

void LeafRegistry::settle_values(std::span<const LeafIndex> leaves) {
  std::vector<LocalId> fresh;
  for (std::size_t i = 0; i < ids_.size(); ++i) {
    fresh.clear();
    for (const LeafIndex leaf : leaves)
      if (const LocalId id = leaves_.tuple(leaf)[i]; values_.value_id(i, id) == any_value)
        fresh.push_back(id);
    std::ranges::sort(fresh, [&](LocalId a, LocalId b) {
      return a != b && values_.text(i, a) < values_.text(i, b);
    });
    for (const LocalId id : fresh) values_.settle(i, id);
  }
}

bool LeafRegistry::comes_before(LeafIndex a, LeafIndex b) const {
  const auto left = leaves_.tuple(a);
  const auto right = leaves_.tuple(b);
  for (std::size_t i = 0; i < left.size(); ++i)
    if (left[i] != right[i]) return values_.text(i, left[i]) < values_.text(i, right[i]);
  return false;
}

}  // namespace bellwether::ingest
