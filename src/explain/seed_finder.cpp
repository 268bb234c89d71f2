#include "seed_finder.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace bellwether::explain {
namespace {

constexpr std::size_t most_candidates = 256;
constexpr std::size_t most_strong_seeds = 64;
/// A true shift takes far more than this off its leaves' deviations; pure noise hardly reaches it.
constexpr double least_gain_of_own_leaves = 0.1;
constexpr double least_share_to_hang_on = 0.4;
/// What could hang on the seeds found so far is no other event: the rest may well be noise.
constexpr double least_share_unexplained = 1 - least_share_to_hang_on;

constexpr SeriesIndex no_element = std::numeric_limits<SeriesIndex>::max();

int sign_of(double value) { return value > 0 ? 1 : value < 0 ? -1 : 0; }

struct Fit {
  double shift = 0;
  double gain = 0;
};

/// A combination that may become a seed.
struct Candidate {
  Combination combination;
  std::vector<std::uint32_t> leaves;  ///< Places in the deviations.
  Fit fit;
};

class SeedFinder {
 public:
  SeedFinder(const LeafDeviations& deviations, std::span<const Anomaly> anomalies,
             const Dictionary& dictionary)
      : deviations_(deviations),
        anomalies_(anomalies),
        dictionary_(dictionary),
        elements_(names_of(dictionary)) {
    for (const auto& anomaly : anomalies_) add_element(dictionary_.combination(anomaly.series));
    add_common_ancestors();
    find_memberships();
    sum_up_elements();
    choose_candidates();
  }

  std::vector<Seed> find() {
    std::vector<bool> is_taken(deviations_.leaves.size(), false);
    while (seeds_.size() < most_strong_seeds) {
      const Candidate* best = best_candidate(is_taken);
      if (best == nullptr) break;
      seeds_.push_back({deviations_.measure,
                        best->combination,
                        best->fit.shift,
                        total_size_ > 0 ? best->fit.gain / total_size_ : 0,
                        true,
                        {}});
      seed_leaves_.push_back(best->leaves);
      for (const auto place : best->leaves) is_taken[place] = true;
    }
    hang_anomalies();
    return std::move(seeds_);
  }

 private:
  static std::vector<std::string> names_of(const Dictionary& dictionary) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < dictionary.dimension_count(); ++i)
      names.push_back(dictionary.dimension_name(i));
    return names;
  }

  void add_element(CombinationView combination) {
    if (elements_.add_series(combination) == totals_.size()) totals_.push_back(0);
    masks_.insert(mask_of(combination));
  }

  /// The common ancestors of anomalies: they may be no series of their own, or not reach the
  /// threshold. In a cube so large that it would take seconds the anomalies must do.
  void add_common_ancestors() {
    constexpr int most_dimensions = 12;
    constexpr std::size_t most_look_ups = std::size_t{1} << 24U;
    const std::size_t things = deviations_.leaves.size() + anomalies_.size();
    const std::size_t dimensions = dictionary_.dimension_count();
    if (dimensions > most_dimensions || (things << dimensions) > most_look_ups) return;
    Dictionary ancestors(names_of(dictionary_));
    std::vector<std::uint32_t> anomalies_inside;
    Combination rolled;
    for (const auto& anomaly : anomalies_) {
      const auto combination = dictionary_.combination(anomaly.series);
      const DimensionMask fixed = mask_of(combination);
      for (DimensionMask mask = fixed; mask != 0;) {
        mask = (mask - 1) & fixed;  // Every proper subset of `fixed`, the empty one last.
        roll_up(combination, mask, rolled);
        const auto place = ancestors.add_series(rolled);
        if (place == anomalies_inside.size()) anomalies_inside.push_back(0);
        ++anomalies_inside[place];
      }
    }
    for (std::size_t i = 0; i < anomalies_inside.size(); ++i)
      if (anomalies_inside[i] > 1) add_element(ancestors.combination(static_cast<SeriesIndex>(i)));
  }

  /// Looks up once which elements every leaf is inside of.
  void find_memberships() {
    Combination rolled;
    memberships_.reserve(deviations_.leaves.size() * masks_.size());
    for (const auto& leaf : deviations_.leaves) {
      const auto combination = dictionary_.combination(leaf.series);
      for (const DimensionMask mask : masks_) {
        roll_up(combination, mask, rolled);
        memberships_.push_back(elements_.find_series(rolled).value_or(no_element));
      }
    }
  }

  /// Calls `visit(element)` for every element that the leaf is inside of.
  template <class Visit>
  void for_each_element(std::size_t place, Visit visit) const {
    const auto first = memberships_.begin() + static_cast<std::ptrdiff_t>(place * masks_.size());
    std::for_each(first, first + static_cast<std::ptrdiff_t>(masks_.size()),
                  [&](SeriesIndex element) {
                    if (element != no_element) visit(element);
                  });
  }

  void sum_up_elements() {
    for (std::size_t place = 0; place < deviations_.leaves.size(); ++place) {
      const double deviation = deviations_.leaves[place].deviation;
      total_size_ += std::abs(deviation);
      for_each_element(place, [&](SeriesIndex element) { totals_[element] += deviation; });
    }
  }

  bool element_precedes(SeriesIndex a, SeriesIndex b) const {
    return precedes(dictionary_, elements_.combination(a), elements_.combination(b));
  }

  void choose_candidates() {
    std::vector<SeriesIndex> order;
    for (std::size_t i = 0; i < totals_.size(); ++i) order.push_back(static_cast<SeriesIndex>(i));
    std::ranges::sort(order, [this](SeriesIndex a, SeriesIndex b) {
      const double size_a = std::abs(totals_[a]);
      const double size_b = std::abs(totals_[b]);
      return size_a != size_b ? size_a > size_b : element_precedes(a, b);
    });
    order.resize(std::min(order.size(), most_candidates));

    std::vector<std::optional<std::size_t>> candidate_of(totals_.size());
    for (const SeriesIndex element : order) {
      candidate_of[element] = candidates_.size();
      const auto combination = elements_.combination(element);
      candidates_.push_back({Combination(combination.begin(), combination.end()), {}, {}});
    }
    for (std::uint32_t place = 0; place < deviations_.leaves.size(); ++place)
      for_each_element(place, [&](SeriesIndex element) {
        if (candidate_of[element]) candidates_[*candidate_of[element]].leaves.push_back(place);
      });
  }

  /// One relative change for all leaves that are still to be explained, and what it explains.
  std::optional<Fit> fit(const Candidate& candidate, const std::vector<bool>& is_taken) const {
    double deviation = 0;
    double weight = 0;
    double size = 0;
    double explained = 0;
    for (const auto place : candidate.leaves) {
      const auto& leaf = deviations_.leaves[place];
      if (is_taken[place]) {
        explained += leaf.deviation;
        continue;
      }
      size += std::abs(leaf.deviation);
      deviation += leaf.deviation;
      weight += leaf.weight;
    }
    if (!(weight > 0) || !(size > 0)) return std::nullopt;
    if (std::abs(deviation) < least_share_unexplained * std::abs(deviation + explained))
      return std::nullopt;
    Fit fit{deviation / weight, 0};
    for (const auto place : candidate.leaves) {
      if (is_taken[place]) continue;
      const auto& leaf = deviations_.leaves[place];
      fit.gain += std::abs(leaf.deviation) - std::abs(leaf.deviation - fit.shift * leaf.weight);
    }
    if (!(fit.gain >= least_gain_of_own_leaves * size)) return std::nullopt;
    return fit;
  }

  const Candidate* best_candidate(const std::vector<bool>& is_taken) {
    const Candidate* best = nullptr;
    for (auto& candidate : candidates_) {
      const auto found = fit(candidate, is_taken);
      if (!found) continue;
      candidate.fit = *found;
      if (best == nullptr || is_better(candidate, *best)) best = &candidate;
    }
    return best;
  }

  /// The larger gain; then the simpler combination; then the text.
  bool is_better(const Candidate& a, const Candidate& b) const {
    if (a.fit.gain != b.fit.gain) return a.fit.gain > b.fit.gain;
    const int fixed_a = std::popcount(mask_of(a.combination));
    const int fixed_b = std::popcount(mask_of(b.combination));
    if (fixed_a != fixed_b) return fixed_a < fixed_b;
    return precedes(dictionary_, a.combination, b.combination);
  }

  void hang_anomalies() {
    const std::size_t strong = seeds_.size();
    std::vector<double> best_match(anomalies_.size(), 0.0);
    std::vector<std::size_t> best_seed(anomalies_.size(), strong);
    std::vector<double> overlap(totals_.size());
    for (std::size_t s = 0; s < strong; ++s) {
      std::ranges::fill(overlap, 0.0);
      for (const auto place : seed_leaves_[s])
        for_each_element(place, [&](SeriesIndex element) {
          overlap[element] += deviations_.leaves[place].deviation;
        });
      for (std::size_t i = 0; i < anomalies_.size(); ++i) {
        const double match = match_of(anomalies_[i], seeds_[s], overlap);
        if (match < least_share_to_hang_on || match <= best_match[i]) continue;
        best_match[i] = match;
        best_seed[i] = s;
      }
    }
    for (std::size_t i = 0; i < anomalies_.size(); ++i) {
      if (best_seed[i] < strong)
        seeds_[best_seed[i]].anomalies.push_back(anomalies_[i]);
      else
        stand_alone(anomalies_[i], strong);
    }
    std::erase_if(seeds_, [](const Seed& seed) { return seed.anomalies.empty(); });
  }

  double match_of(const Anomaly& anomaly, const Seed& seed,
                  const std::vector<double>& overlap) const {
    const int sign = sign_of(anomaly.value - double{anomaly.expected});
    if (sign * sign_of(seed.shift) < 0) return 0;
    const auto combination = dictionary_.combination(anomaly.series);
    const double whole = std::abs(totals_[*elements_.find_series(combination)]);
    const double part = std::abs(overlap[*elements_.find_series(combination)]);
    const double share = whole > 0 ? std::min(1.0, part / whole) : 0;
    return (is_inside(combination, seed.combination) ? 1 : 0) + share;
  }

  /// A series that no seed accounts for is its own, unless the seed is the same combination.
  void stand_alone(const Anomaly& anomaly, std::size_t strong) {
    const auto combination = dictionary_.combination(anomaly.series);
    for (std::size_t s = 0; s < strong; ++s) {
      if (!std::ranges::equal(seeds_[s].combination, combination)) continue;
      seeds_[s].anomalies.push_back(anomaly);
      return;
    }
    const double expected = anomaly.expected;
    const double size = (std::abs(anomaly.value) + std::abs(expected)) / 2;
    // A series of averages that stopped has no value, and so no shift.
    const double shift = size > 0 ? (anomaly.value - expected) / size : 0;
    seeds_.push_back({deviations_.measure,
                      Combination(combination.begin(), combination.end()),
                      shift,
                      0,
                      dictionary_.is_leaf(anomaly.series),
                      {anomaly}});
  }

  const LeafDeviations& deviations_;
  std::span<const Anomaly> anomalies_;
  const Dictionary& dictionary_;
  Dictionary elements_;  ///< Only as a table of combinations: the anomalies, then their ancestors.
  std::set<DimensionMask> masks_;
  std::vector<SeriesIndex> memberships_;  ///< By leaf, then mask.
  std::vector<double> totals_;            ///< Deviation of the leaves inside each element.
  double total_size_ = 0;
  std::vector<Candidate> candidates_;
  std::vector<Seed> seeds_;
  std::vector<std::vector<std::uint32_t>> seed_leaves_;
};

}  // namespace

std::vector<Seed> find_seeds(const LeafDeviations& deviations, std::span<const Anomaly> anomalies,
                             const Dictionary& dictionary) {
  return SeedFinder(deviations, anomalies, dictionary).find();
}

}  // namespace bellwether::explain
