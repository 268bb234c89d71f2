#include "bellwether/domain/dictionary.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

namespace bellwether {
namespace {

constexpr SeriesIndex empty_slot = std::numeric_limits<SeriesIndex>::max();

std::size_t hash_of(std::span<const ValueId> combination) {
  std::uint64_t hash = 0x9e3779b97f4a7c15U;
  for (const ValueId id : combination) {
    hash = (hash ^ id) * 0xff51afd7ed558ccdU;
    hash ^= hash >> 32U;
  }
  return hash;
}

}  // namespace

Dictionary::Dictionary(std::vector<std::string> dimension_names) : slots_(16, empty_slot) {
  for (auto& name : dimension_names) {
    auto& dimension = dimensions_.emplace_back();
    dimension.name = std::move(name);
    dimension.texts.emplace_back("*");
  }
}

const std::string& Dictionary::dimension_name(std::size_t dimension) const {
  return dimensions_[dimension].name;
}

std::optional<std::size_t> Dictionary::dimension_named(std::string_view name) const {
  for (std::size_t i = 0; i < dimensions_.size(); ++i)
    if (dimensions_[i].name == name) return i;
  return std::nullopt;
}

ValueId Dictionary::add_value(std::size_t dimension, std::string_view text) {
  auto& known = dimensions_[dimension];
  if (const auto found = known.ids.find(text); found != known.ids.end()) return found->second;
  const auto id = static_cast<ValueId>(known.texts.size());
  known.ids.emplace(known.texts.emplace_back(text), id);
  return id;
}

std::optional<ValueId> Dictionary::find_value(std::size_t dimension, std::string_view text) const {
  const auto& known = dimensions_[dimension];
  const auto found = known.ids.find(text);
  if (found == known.ids.end()) return std::nullopt;
  return found->second;
}

const std::string& Dictionary::value_text(std::size_t dimension, ValueId id) const {
  return dimensions_[dimension].texts[id];
}

std::size_t Dictionary::value_count(std::size_t dimension) const {
  return dimensions_[dimension].texts.size() - 1;
}

SeriesIndex Dictionary::add_series(std::span<const ValueId> combination) {
  assert(combination.size() == dimensions_.size());
  std::size_t slot = find_slot(combination);
  if (slots_[slot] != empty_slot) return slots_[slot];
  if ((series_count_ + 1) * 4 > slots_.size() * 3) {
    grow_slots();
    slot = find_slot(combination);
  }
  const auto series = static_cast<SeriesIndex>(series_count_++);
  combinations_.insert(combinations_.end(), combination.begin(), combination.end());
  slots_[slot] = series;
  return series;
}

std::optional<SeriesIndex> Dictionary::find_series(std::span<const ValueId> combination) const {
  const SeriesIndex found = slots_[find_slot(combination)];
  if (found == empty_slot) return std::nullopt;
  return found;
}

std::span<const ValueId> Dictionary::combination(SeriesIndex series) const {
  return std::span(combinations_).subspan(series * dimensions_.size(), dimensions_.size());
}

DimensionMask Dictionary::mask(SeriesIndex series) const {
  DimensionMask mask = 0;
  const auto ids = combination(series);
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (ids[i] != any_value) mask |= DimensionMask{1} << i;
  return mask;
}

bool Dictionary::is_leaf(SeriesIndex series) const {
  return std::ranges::find(combination(series), any_value) == combination(series).end();
}

SeriesKey Dictionary::key(SeriesIndex series, const std::string& measure) const {
  SeriesKey key{measure, {}};
  const auto ids = combination(series);
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (ids[i] != any_value) key.dimensions.emplace(dimensions_[i].name, value_text(i, ids[i]));
  return key;
}

Dictionary::Size Dictionary::extent() const {
  Size size{{}, series_count_};
  for (std::size_t i = 0; i < dimensions_.size(); ++i) size.values.push_back(value_count(i));
  return size;
}

std::size_t Dictionary::find_slot(std::span<const ValueId> wanted) const {
  const std::size_t last = slots_.size() - 1;
  std::size_t slot = hash_of(wanted) & last;
  while (slots_[slot] != empty_slot && !std::ranges::equal(combination(slots_[slot]), wanted))
    slot = (slot + 1) & last;
  return slot;
}

void Dictionary::grow_slots() {
  std::vector<SeriesIndex> old(slots_.size() * 2, empty_slot);
  old.swap(slots_);
  for (const SeriesIndex series : old)
    if (series != empty_slot) slots_[find_slot(combination(series))] = series;
}

}  // namespace bellwether
