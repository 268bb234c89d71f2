#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/dictionary.hpp"

namespace bellwether::ingest {

/// Which sets of dimensions have series of their own, in an order in which each can be computed
/// from an earlier one.
struct RollupPlan {
  using StepIndex = std::uint32_t;

  struct Step {
    DimensionMask mask = 0;          ///< The dimensions kept.
    StepIndex source = 0;            ///< The step it is summed up from.
    std::vector<StepIndex> targets;  ///< The steps summed up from it.
  };

  /// The leaves first, then from many dimensions to few.
  std::vector<Step> steps;

  std::optional<StepIndex> step_of(DimensionMask mask) const;
};

RollupPlan make_rollup_plan(const DetectorSpec& spec);

}  // namespace bellwether::ingest
