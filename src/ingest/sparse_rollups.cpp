#include "sparse_rollups.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace bellwether::ingest {

void SparseRollups::set_leaves(std::vector<Entry> leaves) {
  std::ranges::sort(leaves, {}, &Entry::series);
  steps_.front() = std::move(leaves);
}

std::vector<SparseRollups::Entry> SparseRollups::take() {
  cells_.resize(steps_.size());
  for (RollupPlan::StepIndex step = 1; step < steps_.size(); ++step) roll_up(step);
  std::vector<Entry> all;
  for (auto& entries : steps_) std::ranges::move(entries, std::back_inserter(all));
  std::ranges::sort(all, {}, &Entry::series);
  return all;
}

void SparseRollups::roll_up(RollupPlan::StepIndex step) {
  std::vector<Entry> sources;  // Each under the series that it is summed up into.
  std::vector<ValueId> wanted(dictionary_.dimension_count());
  for (const Entry& source : steps_[plan_.steps[step].source]) {
    const auto combination = dictionary_.combination(source.series);
    for (std::size_t i = 0; i < wanted.size(); ++i)
      wanted[i] = (plan_.steps[step].mask >> i & 1U) != 0 ? combination[i] : any_value;
    if (const auto target = dictionary_.find_series(wanted))
      sources.push_back({*target, source.cells});
  }
  std::ranges::stable_sort(sources, {}, &Entry::series);

  std::vector<double>& cells = cells_[step];
  cells.assign(sources.size() * layout_.width, no_value);
  double* into = cells.data();
  for (const Entry& source : sources) {
    auto& entries = steps_[step];
    if (entries.empty() || entries.back().series != source.series) {
      if (!entries.empty()) into += layout_.width;
      entries.push_back({source.series, into});
    }
    combine_into(into, source.cells);
  }
}

void SparseRollups::combine_into(double* into, const double* from) const {
  for (const auto [aggregate, offset] : layout_.places) {
    if (std::isnan(from[offset])) continue;
    combine(aggregate, into[offset], from[offset]);
    if (aggregate == Aggregate::avg) combine(aggregate, into[offset + 1], from[offset + 1]);
  }
}

}  // namespace bellwether::ingest
