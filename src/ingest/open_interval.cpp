#include "open_interval.hpp"

namespace bellwether::ingest {

double* OpenInterval::cells_of(LeafIndex leaf) {
  std::size_t slot = slot_of(leaf);
  if (slots_[slot] == 0) {
    if ((leaves_.size() + 1) * 4 > slots_.size() * 3) {
      grow();
      slot = slot_of(leaf);
    }
    leaves_.push_back(leaf);
    cells_.resize(cells_.size() + width_, no_value);
    slots_[slot] = static_cast<std::uint32_t>(leaves_.size());
  }
  return cells_.data() + (slots_[slot] - 1) * width_;
}

std::size_t OpenInterval::slot_of(LeafIndex leaf) const {
  const std::size_t mask = slots_.size() - 1;
  // Leaves are numbered from 0, so that their own numbers spread well.
  std::size_t slot = (leaf * std::size_t{0x9e3779b1U}) & mask;
  while (slots_[slot] != 0 && leaves_[slots_[slot] - 1] != leaf) slot = (slot + 1) & mask;
  return slot;
}

void OpenInterval::grow() {
  slots_.assign(slots_.size() * 2, 0);
  for (std::size_t position = 0; position < leaves_.size(); ++position)
    slots_[slot_of(leaves_[position])] = static_cast<std::uint32_t>(position + 1);
}

}  // namespace bellwether::ingest
