#include "bellwether/explain/contributions.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <utility>

#include "leaf_deviations.hpp"
#include "leaf_order.hpp"

namespace bellwether::explain {
namespace {

/// The two best of a set of readings by value id: the best without one value is one of them.
struct BestTwo {
  ValueId value = any_value;
  double best;
  double second;

  explicit BestTwo(double worst) : best(worst), second(worst) {}

  void add(ValueId id, double reading, bool is_max) {
    if (is_max ? reading > best : reading < best) {
      second = best;
      best = reading;
      value = id;
    } else if (is_max ? reading > second : reading < second) {
      second = reading;
    }
  }
  double without(ValueId id) const { return id == value ? second : best; }
};

/// One dimension's values in the order of their text.
std::vector<ValueId> values_by_text(const Dictionary& dictionary, std::size_t dimension,
                                    std::size_t count) {
  std::vector<ValueId> ids(count > 0 ? count - 1 : 0);
  std::iota(ids.begin(), ids.end(), ValueId{1});
  std::ranges::sort(ids, {}, [&](ValueId id) -> const std::string& {
    return dictionary.value_text(dimension, id);
  });
  return ids;
}

std::vector<ValueContribution> contributions_in(const Dictionary& dictionary, std::size_t dimension,
                                                const std::vector<double>& deviations,
                                                double total) {
  const auto ids = values_by_text(dictionary, dimension, deviations.size());
  const double sign = total < 0 ? -1 : 1;
  std::vector<double> shares;
  shares.reserve(ids.size());
  for (const ValueId id : ids) shares.push_back(std::max(0.0, sign * deviations[id]));
  const double whole = std::accumulate(shares.begin(), shares.end(), 0.0);
  if (total == 0 || !(whole > 0) || !std::isfinite(whole)) return {};

  constexpr double smallest_share = 0.00005;
  const auto percents = percentages(shares);
  std::vector<ValueContribution> values;
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (percents[i] > 0 || std::abs(deviations[ids[i]]) >= smallest_share * whole)
      values.push_back({dictionary.value_text(dimension, ids[i]), percents[i], deviations[ids[i]]});
  std::ranges::stable_sort(values, std::ranges::greater{}, &ValueContribution::percent);
  return values;
}

}  // namespace

std::vector<double> percentages(const std::vector<double>& shares) {
  const double whole = std::accumulate(shares.begin(), shares.end(), 0.0);
  std::vector<double> percents(shares.size(), 0.0);
  if (!(whole > 0) || !std::isfinite(whole)) return percents;

  constexpr std::int64_t hundredths = 10'000;
  std::int64_t left = hundredths;
  std::vector<double> remainders(shares.size());
  std::vector<std::int64_t> units(shares.size());
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const double exact = static_cast<double>(hundredths) * (shares[i] / whole);
    units[i] = static_cast<std::int64_t>(exact);
    remainders[i] = exact - static_cast<double>(units[i]);
    left -= units[i];
  }
  std::vector<std::size_t> order(shares.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(
      order, [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
  for (std::size_t i = 0; left > 0; i = (i + 1) % order.size(), --left) ++units[order[i]];
  for (std::size_t i = 0; i < units.size(); ++i) percents[i] = static_cast<double>(units[i]) / 100;
  return percents;
}

DeviationMatrix::DeviationMatrix(MeasureIndex measure, Aggregate aggregate)
    : measure_(measure), aggregate_(aggregate) {}

void DeviationMatrix::add(const Frame& frame, const ScoredFrame& scored,
                          const Dictionary& dictionary) {
  LeafOrder order;
  order.refresh(dictionary);
  add(leaf_deviations(frame, scored, dictionary, order, measure_, aggregate_), dictionary);
}

void DeviationMatrix::add(const LeafDeviations& interval, const Dictionary& dictionary) {
  total_ += interval.total;
  if (interval.aggregate == Aggregate::min || interval.aggregate == Aggregate::max) {
    add_extremes(interval, dictionary);
    return;
  }
  for (const auto& leaf : interval.leaves) {
    const auto values = dictionary.combination(leaf.series);
    for (std::size_t i = 0; i < values.size(); ++i) cell(i, values[i]) += leaf.deviation;
  }
}

void DeviationMatrix::add(const DeviationMatrix& other) {
  total_ += other.total_;
  for (std::size_t i = 0; i < other.deviations_.size(); ++i)
    for (std::size_t id = 0; id < other.deviations_[i].size(); ++id)
      cell(i, static_cast<ValueId>(id)) += other.deviations_[i][id];
}

void DeviationMatrix::add_extremes(const LeafDeviations& interval, const Dictionary& dictionary) {
  if (interval.leaves.empty()) return;
  const bool is_max = interval.aggregate == Aggregate::max;
  const double worst =
      is_max ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  const auto better = [is_max](double a, double b) {
    return is_max ? std::max(a, b) : std::min(a, b);
  };

  for (std::size_t i = 0; i < dictionary.dimension_count(); ++i) {
    // Per value the extreme of its leaves, as read and as expected; then all but one are compared.
    std::vector<double> read(dictionary.value_count(i) + 1, worst);
    std::vector<double> expected = read;
    for (const auto& leaf : interval.leaves) {
      const ValueId id = dictionary.combination(leaf.series)[i];
      read[id] = better(read[id], leaf.value);
      expected[id] = better(expected[id], leaf.expected);
    }
    BestTwo best(worst);
    for (std::size_t id = 1; id < read.size(); ++id)
      best.add(static_cast<ValueId>(id), read[id], is_max);
    for (std::size_t id = 1; id < read.size(); ++id) {
      if (read[id] == worst) continue;
      const auto value = static_cast<ValueId>(id);
      cell(i, value) += best.best - better(best.without(value), expected[id]);
    }
  }
}

double& DeviationMatrix::cell(std::size_t dimension, ValueId value) {
  if (deviations_.size() <= dimension) deviations_.resize(dimension + 1);
  auto& row = deviations_[dimension];
  if (row.size() <= value) row.resize(value + std::size_t{1}, 0.0);
  return row[value];
}

std::vector<DimensionContribution> DeviationMatrix::contributions(
    const Dictionary& dictionary) const {
  std::vector<DimensionContribution> contributions;
  for (std::size_t i = 0; i < dictionary.dimension_count(); ++i) {
    contributions.push_back({dictionary.dimension_name(i), {}});
    if (i < deviations_.size())
      contributions.back().values = contributions_in(dictionary, i, deviations_[i], total_);
  }
  std::ranges::sort(contributions, {}, &DimensionContribution::dimension);
  return contributions;
}

DeviationMatrix DeviationMatrix::restored(MeasureIndex measure, Aggregate aggregate, double total,
                                          std::vector<std::vector<double>> deviations) {
  DeviationMatrix matrix(measure, aggregate);
  matrix.total_ = total;
  matrix.deviations_ = std::move(deviations);
  return matrix;
}

}  // namespace bellwether::explain
