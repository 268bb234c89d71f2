#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/dictionary.hpp"
#include "bellwether/domain/row_batch.hpp"

#include "combination_table.hpp"
#include "local_values.hpp"
#include "open_interval.hpp"
#include "rollup_plan.hpp"

namespace bellwether::ingest {

/// Knows the leaf of every row: those of the dictionary, and new ones until their interval's close
/// puts them there. Holds them to the limit on series.
class LeafRegistry {
 public:
  /// `dictionary` and `plan` outlive it.
  LeafRegistry(const DetectorSpec& spec, const RollupPlan& plan, Dictionary& dictionary);

  /// How many combinations there may be in all; at first `max_series`.
  void limit_series(std::size_t most) { most_series_ = most; }

  /// Looks up the batch's distinct values, once for all its rows. The batch stays until the next.
  void attach(const RowBatch& batch);

  /// Whether `where` keeps the row of the attached batch.
  bool keeps(std::size_t row) const;

  /// The row's leaf, if a row had it before.
  std::optional<LeafIndex> find(std::size_t row);

  /// The leaf of a later row, if it has been looked at already.
  std::optional<LeafIndex> glance(std::size_t row) const {
    if (row - ahead_from_ >= ahead_.size() || ahead_[row - ahead_from_] == CombinationTable::none)
      return std::nullopt;
    return ahead_[row - ahead_from_];
  }

  /// Admits the leaf of a row that `find` did not find; nothing when that would pass the limit.
  std::optional<LeafIndex> admit(std::size_t row);

  /// Puts the leaves that are not in the dictionary there, with their roll-ups and values, sorted
  /// by text. Returns how many combinations that added.
  std::size_t settle(std::span<const LeafIndex> leaves);

  /// The leaf's place in frames, once settled.
  SeriesIndex series(LeafIndex leaf) const { return series_[leaf]; }

 private:
  struct DimensionMap {
    const std::vector<std::uint32_t>* codes = nullptr;
    std::vector<LocalId> ids;          ///< By code; `any_local` for a value never met.
    std::vector<std::uint8_t> passes;  ///< By code, whether `where` keeps it; empty: all.
  };

  LocalId id_at(std::size_t dimension, std::size_t row) const {
    const DimensionMap& map = maps_[dimension];
    return map.ids[(*map.codes)[row]];
  }
  void look_ahead(std::size_t row);
  bool translate(std::span<const LocalId> local, DimensionMask mask);
  std::vector<RollupPlan::StepIndex> missing_combinations(std::size_t room);
  void sort_by_text(std::vector<LeafIndex>& leaves);
  LeafIndex add_leaf(SeriesIndex series);

  const DetectorSpec& spec_;
  const RollupPlan& plan_;
  Dictionary& dictionary_;
  std::vector<std::vector<std::size_t>> where_of_dimension_;

  LocalValues values_;
  CombinationTable leaves_;
  std::vector<SeriesIndex> series_;  ///< By leaf.
  CombinationTable counted_;         ///< Combinations the dictionary lacked when first met.
  std::size_t most_series_;
  std::size_t unsettled_ = 0;  ///< How many of them it still lacks.

  const RowBatch* batch_ = nullptr;
  std::vector<DimensionMap> maps_;
  std::vector<LocalId> ahead_ids_;  ///< Of the rows looked at ahead ...
  std::vector<LeafIndex> ahead_;    ///< ... and their leaves ...
  std::size_t ahead_from_ = 0;      ///< ... the first of which is this row's.
  std::vector<LocalId> ids_;        ///< Of the row at hand.
  std::vector<LocalId> masked_;     ///< One of its combinations, in our numbers ...
  std::vector<ValueId> value_ids_;  ///< ... and in the dictionary's.
};

}  // namespace bellwether::ingest
