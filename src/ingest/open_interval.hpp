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
/// Cost     about 12 bytes per leaf and 8 per measure of it.
class OpenInterval {
 public:
  explicit OpenInterval(std::size_t width) : width_(width), slots_(16, 0) {}

  /// The running aggregates of a leaf, empty ones at its first row.
  double* cells_of(LeafIndex leaf);

  std::size_t leaf_count() const { return leaves_.size(); }
  std::span<const LeafIndex> leaves() const { return leaves_; }
  const double* cells_at(std::size_t position) const { return cells_.data() + position * width_; }

  std::uint64_t rows = 0;
  std::uint64_t missing_values = 0;
  std::vector<StreamLedger::Hold> holds;  ///< One per stream that has rows here.

 private:
  std::size_t slot_of(LeafIndex leaf) const;
  void grow();

  std::size_t width_;
  std::vector<LeafIndex> leaves_;  ///< In order of first sight.
  std::vector<double> cells_;
  std::vector<std::uint32_t> slots_;  ///< One more than a position in `leaves_`; 0 is free.
};

}  // namespace bellwether::ingest
