#include "rollup_plan.hpp"

#include <algorithm>
#include <bit>
#include <set>

namespace bellwether::ingest {
namespace {

std::set<DimensionMask> masks_of(const DetectorSpec& spec) {
  const DimensionMask leaf = (DimensionMask{1} << spec.dimensions.size()) - 1;
  std::set<DimensionMask> masks{leaf};
  if (spec.rollups.kind == RollupKind::all)
    for (DimensionMask mask = 0; mask < leaf; ++mask) masks.insert(mask);
  if (spec.rollups.kind == RollupKind::listed) {
    for (const auto& names : spec.rollups.dimension_lists) {
      DimensionMask mask = 0;
      for (std::size_t i = 0; i < spec.dimensions.size(); ++i)
        if (std::ranges::find(names, spec.dimensions[i]) != names.end())
          mask |= DimensionMask{1} << i;
      masks.insert(mask);
    }
  }
  return masks;
}

/// The latest earlier step that keeps all of the mask's dimensions: it has the fewest more.
RollupPlan::StepIndex source_of(const std::vector<RollupPlan::Step>& steps, DimensionMask mask) {
  for (std::size_t i = steps.size(); i-- > 0;)
    if ((steps[i].mask & mask) == mask) return static_cast<RollupPlan::StepIndex>(i);
  return 0;
}

}  // namespace

RollupPlan make_rollup_plan(const DetectorSpec& spec) {
  const auto masks = masks_of(spec);
  std::vector<DimensionMask> ordered(masks.begin(), masks.end());
  std::ranges::stable_sort(ordered, [](DimensionMask a, DimensionMask b) {
    return std::popcount(a) > std::popcount(b);
  });
  RollupPlan plan;
  for (const DimensionMask mask : ordered) {
    const auto index = static_cast<RollupPlan::StepIndex>(plan.steps.size());
    RollupPlan::Step step{.mask = mask, .targets = {}};
    if (index > 0) {
      step.source = source_of(plan.steps, mask);
      plan.steps[step.source].targets.push_back(index);
    }
    plan.steps.push_back(std::move(step));
  }
  return plan;
}

std::optional<RollupPlan::StepIndex> RollupPlan::step_of(DimensionMask mask) const {
  const auto found = std::ranges::lower_bound(
      steps, mask,
      [](DimensionMask a, DimensionMask b) {
        return std::popcount(a) != std::popcount(b) ? std::popcount(a) > std::popcount(b) : a < b;
      },
      &Step::mask);
  if (found == steps.end() || found->mask != mask) return std::nullopt;
  return static_cast<StepIndex>(found - steps.begin());
}

}  // namespace bellwether::ingest
