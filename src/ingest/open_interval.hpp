#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "combination_table.hpp"
#include "measure_layout.hpp"
#include "stream_ledger.hpp"

namespace bellwether::ingest {

/// A leaf's number within an aggregator.
using LeafIndex = CombinationTable::Index;

/// The rows of one interval so far, folded up by leaf.
///
/// Cost     12 to 16 bytes per leaf and 8 per measure of it; up to 4 more for each leaf known in
/// all,
///          if at least an eighth of them is here.
class OpenInterval {
 public:
  explicit OpenInterval(std::size_t width) : width_(width), slots_(16, 0) {}

  /// The running aggregates of a leaf, empty ones at its first row.
  double* cells_of(LeafIndex leaf);

  /// Fetches what `cells_of` will look at.
  void prefetch(LeafIndex leaf) const {
    if (leaf < places_.size()) __builtin_prefetch(&places_[leaf]);
  }

  std::size_t leaf_count() const { return leaves_.size(); }
  std::span<const LeafIndex> leaves() const { return leaves_; }
  const double* cells_at(std::size_t position) const { return cells_.data() + position * width_; }

  std::uint64_t rows = 0;
  std::uint64_t missing_values = 0;
  std::vector<StreamLedger::Hold> holds;  ///< One per stream that has rows here.

 private:
  double* cells_at_place(std::uint32_t& place, LeafIndex leaf);
  std::size_t slot_of(LeafIndex leaf) const;
  /// Whether so many leaves are here that a place for each known one is worth it.
  bool is_crowded() const { return leaves_.size() * 8 > highest_leaf_; }
  void grow();
  void make_slots(std::size_t count);
  void grow_places(LeafIndex leaf);

  std::size_t width_;
  std::vector<LeafIndex> leaves_;  ///< In order of first sight.
  std::vector<double> cells_;
  std::vector<std::uint32_t> slots_;  ///< One more than a position in `leaves_`; 0 is free.

  /// The same by leaf, in the place of `slots_` once many of the leaves known are here: a look into
  /// it is half as far.
  std::vector<std::uint32_t> places_;
  LeafIndex highest_leaf_ = 0;
};

}  // namespace bellwether::ingest
