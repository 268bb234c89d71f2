#include "source_judge.hpp"

#include <algorithm>
#include <cmath>

namespace bellwether::detect {
namespace {

/// Enough to know that a series should have reported: of an empty frame, and of others. Half a day
/// of reports may be a shop's opening hours, but then the shop opens again.
constexpr unsigned reports_to_miss = 12;

class Roll {
 public:
  Roll(std::span<const SeriesBlock> blocks, const Frame& frame, const Dictionary& dictionary)
      : blocks_(blocks), frame_(frame), dictionary_(dictionary) {}

  SourceHealth call() const {
    bool is_empty = true;
    bool is_any_missed = false;
    for (std::size_t series = 0; series < frame_.series_count; ++series) {
      const bool is_here = is_present(series);
      is_empty &= !is_here;
      is_any_missed |= !is_here && is_due(series);
    }
    if (!is_any_missed) return SourceHealth::healthy;
    if (is_empty) return SourceHealth::silent;
    return are_most_leaves_missed() ? SourceHealth::partial : SourceHealth::healthy;
  }

 private:
  bool is_present(std::size_t series) const {
    return std::ranges::any_of(frame_.measures, [series](const MeasureColumn& column) {
      return !std::isnan(column.values[series]);
    });
  }

  const ArrivalModel* arrivals(std::size_t series, std::size_t measure) const {
    const std::size_t block = series / SeriesBlock::most_series * frame_.measures.size() + measure;
    return block < blocks_.size() ? &blocks_[block].arrivals(series % SeriesBlock::most_series)
                                  : nullptr;
  }

  bool is_due(std::size_t series) const {
    for (std::size_t measure = 0; measure < frame_.measures.size(); ++measure) {
      const ArrivalModel* known = arrivals(series, measure);
      if (known != nullptr && !known->is_asleep() && known->is_regular(reports_to_miss))
        return true;
    }
    return false;
  }

  /// How often it reports, of an interval; 0 while it sleeps.
  double usual_share(std::size_t series) const {
    double share = 0;
    for (std::size_t measure = 0; measure < frame_.measures.size(); ++measure) {
      const ArrivalModel* known = arrivals(series, measure);
      if (known != nullptr && !known->is_asleep()) share = std::max(share, known->share());
    }
    return share;
  }

  /// Of the leaves that are due more than half are missing, and of all fewer than half as many came
  /// as usual: a few reliable ones among many that come and go are no measure of the source.
  bool are_most_leaves_missed() const {
    std::size_t due = 0;
    std::size_t missed = 0;
    std::size_t came = 0;
    double usual = 0;
    for (std::size_t series = 0; series < frame_.series_count; ++series) {
      if (!dictionary_.is_leaf(static_cast<SeriesIndex>(series))) continue;
      const double share = usual_share(series);
      if (share == 0) continue;
      usual += share;
      const bool is_here = is_present(series);
      came += is_here ? 1 : 0;
      if (!is_due(series)) continue;
      ++due;
      missed += is_here ? 0 : 1;
    }
    return 2 * missed > due && 2 * static_cast<double>(came) < usual;
  }

  std::span<const SeriesBlock> blocks_;
  const Frame& frame_;
  const Dictionary& dictionary_;
};

}  // namespace

SourceHealth judge_source(std::span<const SeriesBlock> blocks, const Frame& frame,
                          const Dictionary& dictionary) {
  return Roll(blocks, frame, dictionary).call();
}

}  // namespace bellwether::detect
