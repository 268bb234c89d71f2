#include "combination_table.hpp"

#include <algorithm>
#include <array>

namespace bellwether::ingest {
namespace {

constexpr CombinationTable::Index no_index = CombinationTable::none;
constexpr std::size_t looks_at_once = 32;

std::size_t hash_of(std::span<const std::uint32_t> tuple) {
  std::uint64_t hash = 0x9e3779b97f4a7c15U;
  for (const std::uint32_t part : tuple) {
    hash = (hash ^ part) * 0xff51afd7ed558ccdU;
    hash ^= hash >> 32U;
  }
  return hash;
}

}  // namespace

CombinationTable::CombinationTable(std::size_t width) : width_(width), slots_(64, no_index) {}

std::optional<CombinationTable::Index> CombinationTable::find(
    std::span<const std::uint32_t> wanted) const {
  const Index found = slots_[slot_of(wanted)];
  if (found == no_index) return std::nullopt;
  return found;
}

void CombinationTable::find_each(std::span<const std::uint32_t> wanted,
                                 std::span<Index> found) const {
  const std::size_t mask = slots_.size() - 1;
  std::array<std::size_t, looks_at_once> places;
  for (std::size_t first = 0; first < found.size(); first += looks_at_once) {
    const std::size_t count = std::min(looks_at_once, found.size() - first);
    const std::uint32_t* const tuples = wanted.data() + first * width_;
    for (std::size_t i = 0; i < count; ++i) {
      places[i] = hash_of({tuples + i * width_, width_}) & mask;
      __builtin_prefetch(&slots_[places[i]]);
    }
    for (std::size_t i = 0; i < count; ++i)
      if (const Index index = slots_[places[i]]; index != no_index)
        __builtin_prefetch(tuples_.data() + index * width_);
    for (std::size_t i = 0; i < count; ++i) {
      std::size_t slot = places[i];
      while (slots_[slot] != no_index && !is_at(slot, tuples + i * width_))
        slot = (slot + 1) & mask;
      found[first + i] = slots_[slot];
    }
  }
}

CombinationTable::Index CombinationTable::add(std::span<const std::uint32_t> added) {
  if ((length_ + 1) * 4 > slots_.size() * 3) grow();
  const auto index = static_cast<Index>(length_++);
  tuples_.insert(tuples_.end(), added.begin(), added.end());
  slots_[slot_of(added)] = index;
  return index;
}

/// The slot that holds the tuple, or the free one where it belongs.
std::size_t CombinationTable::slot_of(std::span<const std::uint32_t> wanted) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash_of(wanted) & mask;
  while (slots_[slot] != no_index && !is_at(slot, wanted.data())) slot = (slot + 1) & mask;
  return slot;
}

bool CombinationTable::is_at(std::size_t slot, const std::uint32_t* wanted) const {
  const std::uint32_t* const held = tuples_.data() + slots_[slot] * width_;
  // A loop over two or three numbers is quicker than the call that std::equal makes.
  std::size_t same = 0;
  while (same < width_ && held[same] == wanted[same]) ++same;
  return same == width_;
}

void CombinationTable::grow() {
  slots_.assign(slots_.size() * 2, no_index);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t index = 0; index < length_; ++index) {
    std::size_t slot = hash_of(tuple(static_cast<Index>(index))) & mask;
    while (slots_[slot] != no_index) slot = (slot + 1) & mask;
    slots_[slot] = static_cast<Index>(index);
  }
}

}  // namespace bellwether::ingest
