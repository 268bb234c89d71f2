#include "seed_finder.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <utility>

#include "combination_index.hpp"
#include "seed_candidate.hpp"

namespace bellwether::explain {
namespace {

constexpr std::size_t most_candidates = 256;
constexpr std::size_t most_strong_seeds = 64;

constexpr std::size_t no_candidate = std::numeric_limits<std::size_t>::max();

int sign_of(double value) { return value > 0 ? 1 : value < 0 ? -1 : 0; }

class SeedFinder {
 public:
  SeedFinder(const LeafDeviations& deviations, std::span<const Anomaly> anomalies,
             const Dictionary& dictionary)
      : deviations_(deviations),
        anomalies_(anomalies),
        dictionary_(dictionary),
        elements_(dictionary) {
    for (const auto& anomaly : anomalies_) add_element(dictionary_.combination(anomaly.series));
    add_common_ancestors();
    find_memberships();
    sum_up_elements();
    choose_candidates();
  }

  std::vector<Seed> find() {
    std::vector<bool> is_taken(deviations_.leaves.size(), false);
    while (seeds_.size() < most_strong_seeds) {
      const SeedCandidate* best = best_candidate(is_taken);
      if (best == nullptr) break;
      seeds_.push_back({deviations_.measure,
                        best->combination(),
                        best->fit()->shift,
                        total_size_ > 0 ? best->fit()->gain / total_size_ : 0,
                        true,
                        {}});
      seed_leaves_.emplace_back(best->leaves().begin(), best->leaves().end());
      set_aside(best->leaves(), is_taken);
    }
    hang_anomalies();
    return std::move(seeds_);
  }

 private:
  void add_element(CombinationView combination) {
    if (elements_.add(combination) == totals_.size()) totals_.push_back(0);
  }

  /// The common ancestors of anomalies: they may be no series of their own, or not reach the
  /// threshold. In a cube so large that it would take seconds the anomalies must do.
  void add_common_ancestors() {
    constexpr int most_dimensions = 12;
    constexpr std::size_t most_look_ups = std::size_t{1} << 24U;
    const std::size_t things = deviations_.leaves.size() + anomalies_.size();
    const std::size_t dimensions = dictionary_.dimension_count();
    if (dimensions > most_dimensions || (things << dimensions) > most_look_ups) return;
    Dictionary ancestors = combination_table(dictionary_);
    std::vector<std::uint32_t> anomalies_inside;
    Combination rolled(dimensions);
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
    first_membership_.reserve(deviations_.leaves.size() + 1);
    first_membership_.push_back(0);
    for (const auto& leaf : deviations_.leaves) {
      elements_.visit_around(dictionary_.combination(leaf.series), [&](std::size_t element) {
        memberships_.push_back(static_cast<std::uint32_t>(element));
      });
      first_membership_.push_back(memberships_.size());
    }
  }

  /// The elements that the leaf is inside of.
  std::span<const std::uint32_t> elements_around(std::size_t place) const {
    const std::size_t first = first_membership_[place];
    return std::span(memberships_).subspan(first, first_membership_[place + 1] - first);
  }

  void sum_up_elements() {
    for (std::size_t place = 0; place < deviations_.leaves.size(); ++place) {
      const double deviation = deviations_.leaves[place].deviation;
      total_size_ += std::abs(deviation);
      for (const auto element : elements_around(place)) totals_[element] += deviation;
    }
  }

  bool element_precedes(std::size_t a, std::size_t b) const {
    return precedes(dictionary_, elements_.combination(a), elements_.combination(b));
  }

  void choose_candidates() {
    std::vector<std::size_t> order(totals_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [this](std::size_t a, std::size_t b) {
      const double size_a = std::abs(totals_[a]);
      const double size_b = std::abs(totals_[b]);
      return size_a != size_b ? size_a > size_b : element_precedes(a, b);
    });
    order.resize(std::min(order.size(), most_candidates));

    candidate_of_.assign(totals_.size(), no_candidate);
    for (const std::size_t element : order) {
      candidate_of_[element] = candidates_.size();
      candidates_.emplace_back(elements_.combination(element));
    }
    for (std::uint32_t place = 0; place < deviations_.leaves.size(); ++place)
      for_each_candidate(place, [&](SeedCandidate& candidate) { candidate.add_leaf(place); });
  }

  template <class Visit>
  void for_each_candidate(std::uint32_t place, const Visit& visit) {
    for (const auto element : elements_around(place))
      if (candidate_of_[element] != no_candidate) visit(candidates_[candidate_of_[element]]);
  }

  const SeedCandidate* best_candidate(const std::vector<bool>& is_taken) {
    const SeedCandidate* best = nullptr;
    for (auto& candidate : candidates_) {
      candidate.refit(deviations_, is_taken);
      if (!candidate.fit()) continue;
      if (best == nullptr || is_better(candidate, *best)) best = &candidate;
    }
    return best;
  }

  /// The larger gain; then the simpler combination; then the text.
  bool is_better(const SeedCandidate& a, const SeedCandidate& b) const {
    if (a.fit()->gain != b.fit()->gain) return a.fit()->gain > b.fit()->gain;
    const int fixed_a = std::popcount(mask_of(a.combination()));
    const int fixed_b = std::popcount(mask_of(b.combination()));
    if (fixed_a != fixed_b) return fixed_a < fixed_b;
    return precedes(dictionary_, a.combination(), b.combination());
  }

  void set_aside(std::span<const std::uint32_t> leaves, std::vector<bool>& is_taken) {
    for (const auto place : leaves) {
      if (is_taken[place]) continue;
      is_taken[place] = true;
      for_each_candidate(place, [&](SeedCandidate& candidate) { candidate.note_taken(place); });
    }
  }

  void hang_anomalies() {
    const std::size_t strong = seeds_.size();
    std::vector<double> best_match(anomalies_.size(), 0.0);
    std::vector<std::size_t> best_seed(anomalies_.size(), strong);
    std::vector<double> overlap(totals_.size());
    for (std::size_t s = 0; s < strong; ++s) {
      std::ranges::fill(overlap, 0.0);
      for (const auto place : seed_leaves_[s])
        for (const auto element : elements_around(place))
          overlap[element] += deviations_.leaves[place].deviation;
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
    const std::size_t element = *elements_.find(combination);
    const double whole = std::abs(totals_[element]);
    const double part = std::abs(overlap[element]);
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
  CombinationIndex elements_;                  ///< The anomalies, then their ancestors.
  std::vector<std::uint32_t> memberships_;     ///< Elements, leaf by leaf.
  std::vector<std::size_t> first_membership_;  ///< By leaf, and the end of the last.
  std::vector<double> totals_;                 ///< Deviation of the leaves inside each element.
  double total_size_ = 0;
  std::vector<SeedCandidate> candidates_;
  std::vector<std::size_t> candidate_of_;  ///< By element.
  std::vector<Seed> seeds_;
  std::vector<std::vector<std::uint32_t>> seed_leaves_;
};

}  // namespace

std::vector<Seed> find_seeds(const LeafDeviations& deviations, std::span<const Anomaly> anomalies,
                             const Dictionary& dictionary) {
  return SeedFinder(deviations, anomalies, dictionary).find();
}

}  // namespace bellwether::explain
