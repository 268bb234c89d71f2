#include "open_interval.hpp"

#include <algorithm>
#include <bit>

namespace bellwether::ingest {

double* OpenInterval::cells_of(LeafIndex leaf) {
  if (leaf < places_.size()) return cells_at_place(places_[leaf], leaf);
  if (!places_.empty()) {
    highest_leaf_ = std::max(highest_leaf_, leaf);
    if (is_crowded()) {
      grow_places(leaf);
      return cells_at_place(places_[leaf], leaf);
    }
    std::vector<std::uint32_t>().swap(places_);
    make_slots(std::bit_ceil(leaves_.size() * 2));
  }
  std::size_t slot = slot_of(leaf);
  if (slots_[slot] == 0) {
    highest_leaf_ = std::max(highest_leaf_, leaf);
    if ((leaves_.size() + 1) * 4 > slots_.size() * 3) {
      grow();
      return cells_of(leaf);
    }
  }
  return cells_at_place(slots_[slot], leaf);
}

double* OpenInterval::cells_at_place(std::uint32_t& place, LeafIndex leaf) {
  if (place == 0) {
    leaves_.push_back(leaf);
    cells_.resize(cells_.size() + width_, no_value);
    place = static_cast<std::uint32_t>(leaves_.size());
  }
  return cells_.data() + (place - 1) * width_;
}

std::size_t OpenInterval::slot_of(LeafIndex leaf) const {
  const std::size_t mask = slots_.size() - 1;
  // Leaves are numbered from 0, so that their own numbers spread well.
  std::size_t slot = (leaf * std::size_t{0x9e3779b1U}) & mask;
  while (slots_[slot] != 0 && leaves_[slots_[slot] - 1] != leaf) slot = (slot + 1) & mask;
  return slot;
}

void OpenInterval::grow() {
  if (is_crowded()) {
    grow_places(highest_leaf_);
    for (std::size_t position = 0; position < leaves_.size(); ++position)
      places_[leaves_[position]] = static_cast<std::uint32_t>(position + 1);
    std::vector<std::uint32_t>().swap(slots_);
    return;
  }
  make_slots(slots_.size() * 2);
}

void OpenInterval::make_slots(std::size_t count) {
  slots_.assign(count, 0);
  for (std::size_t position = 0; position < leaves_.size(); ++position)
    slots_[slot_of(leaves_[position])] = static_cast<std::uint32_t>(position + 1);
}

void OpenInterval::grow_places(LeafIndex leaf) {
  places_.resize(std::max<std::size_t>(leaf + std::size_t{1}, places_.size() * 5 / 4));
}

}  // namespace bellwether::ingest
