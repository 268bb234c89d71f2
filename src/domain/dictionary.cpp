#include "bellwether/domain/dictionary.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>
#include <utility>

#include "bellwether/base/text_hash.hpp"

namespace bellwether {
namespace {

constexpr std::size_t looks_at_once = 32;

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
    dimension.slots.resize(16);
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
  const std::uint32_t hash = text_hash(text);
  std::size_t slot = find_value_slot(known, hash, text);
  if (known.slots[slot].id != any_value) return known.slots[slot].id;
  if (known.texts.size() * 4 > known.slots.size() * 3) {
    grow_value_slots(known);
    slot = find_value_slot(known, hash, text);
  }
  const auto id = static_cast<ValueId>(known.texts.size());
  known.texts.emplace_back(text);
  known.slots[slot] = {hash, id};
  return id;
}

std::optional<ValueId> Dictionary::find_value(std::size_t dimension, std::string_view text) const {
  const auto& known = dimensions_[dimension];
  const ValueId found = known.slots[find_value_slot(known, text_hash(text), text)].id;
  if (found == any_value) return std::nullopt;
  return found;
}

void Dictionary::find_values(std::size_t dimension, std::span<const std::string> texts,
                             std::span<ValueId> found) const {
  const auto& known = dimensions_[dimension];
  const std::size_t last = known.slots.size() - 1;
  std::array<std::uint32_t, looks_at_once> hashes;
  for (std::size_t first = 0; first < texts.size(); first += looks_at_once) {
    const std::size_t count = std::min(looks_at_once, texts.size() - first);
    // Each step fetches for all what the next one reads.
    for (std::size_t i = 0; i < count; ++i) {
      hashes[i] = text_hash(texts[first + i]);
      __builtin_prefetch(&known.slots[hashes[i] & last]);
    }
    for (std::size_t i = 0; i < count; ++i) {
      const ValueSlot slot = known.slots[hashes[i] & last];
      if (slot.hash == hashes[i]) __builtin_prefetch(&known.texts[slot.id]);
    }
    for (std::size_t i = 0; i < count; ++i) {
      const ValueSlot slot = known.slots[hashes[i] & last];
      if (slot.hash == hashes[i]) __builtin_prefetch(known.texts[slot.id].data());
    }
    for (std::size_t i = 0; i < count; ++i)
      found[first + i] = known.slots[find_value_slot(known, hashes[i], texts[first + i])].id;
  }
}

std::size_t Dictionary::find_value_slot(const Dimension& dimension, std::uint32_t hash,
                                        std::string_view text) {
  const std::size_t last = dimension.slots.size() - 1;
  std::size_t slot = hash & last;
  for (; dimension.slots[slot].id != any_value; slot = (slot + 1) & last)
    if (dimension.slots[slot].hash == hash && dimension.texts[dimension.slots[slot].id] == text)
      break;
  return slot;
}

void Dictionary::grow_value_slots(Dimension& dimension) {
  std::vector<ValueSlot> old(dimension.slots.size() * 2);
  old.swap(dimension.slots);
  const std::size_t last = dimension.slots.size() - 1;
  for (const ValueSlot& held : old) {
    if (held.id == any_value) continue;
    std::size_t slot = held.hash & last;
    while (dimension.slots[slot].id != any_value) slot = (slot + 1) & last;
    dimension.slots[slot] = held;
  }
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
  slots_.assign(slots_.size() * 2, empty_slot);
  const std::size_t last = slots_.size() - 1;
  for (std::size_t series = 0; series < series_count_; ++series) {
    std::size_t slot = hash_of(combination(static_cast<SeriesIndex>(series))) & last;
    while (slots_[slot] != empty_slot) slot = (slot + 1) & last;
    slots_[slot] = static_cast<SeriesIndex>(series);
  }
}

}  // namespace bellwether
