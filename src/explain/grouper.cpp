#include "bellwether/explain/grouper.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "bellwether/base/bytes.hpp"

#include "interval_sums.hpp"
#include "leaf_deviations.hpp"
#include "leaf_order.hpp"
#include "open_group.hpp"
#include "seed_finder.hpp"

namespace bellwether::explain {
namespace {

constexpr std::uint8_t format_version = 1;

/// Two seeds of one mask and sign whose shifts differ by less are one event over sibling values.
constexpr double sibling_tolerance = 0.08;
/// Measures belong together when their combinations share this much, and sooner or later.
constexpr double least_overlap = 0.1;
constexpr double sure_overlap = 0.5;
constexpr IntervalIndex onset_distance = 2;

bool are_siblings(const Seed& seed, const GroupElement& element) {
  if (mask_of(seed.combination) != mask_of(element.combination)) return false;
  if (seed.shift * element.shift <= 0) return false;
  const double mean = std::abs(seed.shift + element.shift) / 2;
  return std::abs(seed.shift - element.shift) < sibling_tolerance * mean;
}

}  // namespace

class Grouper::State {
 public:
  State(const DetectorSpec& spec, const IntervalGrid& grid, const Dictionary& dictionary)
      : context_{spec, grid, dictionary},
        reach_(spec.interval <= std::chrono::minutes(10) ? 3 : 2) {}

  std::vector<GroupChange> add(const Frame& frame, const ScoredFrame& scored) {
    std::vector<GroupChange> changes;
    const IntervalIndex interval = frame.interval;
    close_groups(changes, interval, reach_);
    if (!scored.anomalies.empty()) link_anomalies(frame, scored, changes);
    close_groups(changes, interval, reach_ - 1);
    std::ranges::sort(changes, {}, [](const GroupChange& change) { return change.group.id; });
    return changes;
  }

  std::string save() const {
    ByteWriter writer;
    writer.put(format_version);
    writer.put_varint(groups_.size());
    for (const auto& group : groups_) group.save(writer);
    return writer.take();
  }

  Result<void> restore(std::string_view bytes) {
    groups_.clear();
    ByteReader reader(bytes);
    const auto version = reader.get<std::uint8_t>();
    if (reader.failed()) return corrupt("the grouper's state is empty");
    if (version != format_version)
      return corrupt("the grouper's state has format " + std::to_string(version) +
                     "; this program reads format " + std::to_string(format_version));
    const std::uint64_t count = reader.get_varint();
    std::vector<OpenGroup> groups;
    for (std::uint64_t n = 0; n < count && !reader.failed(); ++n)
      if (!groups.emplace_back().restore(context_, reader))
        return corrupt("the grouper's state does not decode at group " + std::to_string(n + 1) +
                       " of " + std::to_string(count));
    if (!reader.is_complete()) return corrupt("the grouper's state has the wrong length");
    groups_ = std::move(groups);
    return ok();
  }

 private:
  /// Gives up the groups that were last anomalous more than `reach` intervals ago.
  void close_groups(std::vector<GroupChange>& changes, IntervalIndex interval,
                    IntervalIndex reach) {
    const auto is_over = [&](const OpenGroup& group) { return interval - group.last() > reach; };
    for (const auto& group : groups_)
      if (is_over(group))
        changes.push_back({group.to_group(context_, GroupStatus::closed), false, true});
    std::erase_if(groups_, is_over);
  }

  void link_anomalies(const Frame& frame, const ScoredFrame& scored,
                      std::vector<GroupChange>& changes) {
    leaves_.refresh(context_.dictionary);
    std::map<MeasureIndex, IntervalSums> sums;
    const std::vector<Seed> seeds = seeds_of(frame, scored, sums);
    std::set<std::string> opened;
    for (const auto& seed : seeds) {
      OpenGroup* group = best_group(seed, frame.interval);
      if (group == nullptr) {
        group = &groups_.emplace_back(context_, seed, frame.interval);
        opened.insert(group->id());
      }
      group->add_seed(context_, seed, frame.interval);
    }
    std::ranges::sort(groups_, [](const OpenGroup& a, const OpenGroup& b) {
      return a.start() != b.start() ? a.start() < b.start() : a.id() < b.id();
    });
    sum_up_elements(frame.interval, sums);
    for (auto& group : groups_) {
      if (group.last() != frame.interval) continue;
      group.finish_interval(frame.interval, sums);
      changes.push_back(
          {group.to_group(context_, GroupStatus::open), opened.contains(group.id()), false});
    }
  }

  /// The seeds of all measures, those that explain most first.
  std::vector<Seed> seeds_of(const Frame& frame, const ScoredFrame& scored,
                             std::map<MeasureIndex, IntervalSums>& sums) {
    std::map<MeasureIndex, std::vector<Anomaly>> by_measure;
    for (const auto& anomaly : scored.anomalies) by_measure[anomaly.measure].push_back(anomaly);

    std::vector<Seed> seeds;
    for (auto& [measure, anomalies] : by_measure) {
      std::ranges::sort(anomalies, [this](const Anomaly& a, const Anomaly& b) {
        return precedes(context_.dictionary, context_.dictionary.combination(a.series),
                        context_.dictionary.combination(b.series));
      });
      auto leaves = leaf_deviations(frame, scored, context_.dictionary, leaves_, measure,
                                    context_.spec.measures[measure].aggregate);
      std::ranges::move(find_seeds(leaves, anomalies, context_.dictionary),
                        std::back_inserter(seeds));
      sums.emplace(measure, IntervalSums(std::move(leaves), context_.dictionary));
    }
    std::ranges::stable_sort(seeds, [this](const Seed& a, const Seed& b) {
      if (a.gain != b.gain) return a.gain > b.gain;
      if (a.combination != b.combination)
        return precedes(context_.dictionary, a.combination, b.combination);
      return a.measure < b.measure;
    });
    return seeds;
  }

  /// For the groups that `interval` belongs to.
  void sum_up_elements(IntervalIndex interval, std::map<MeasureIndex, IntervalSums>& sums) const {
    for (const auto& group : groups_) {
      if (group.last() != interval) continue;
      for (const auto& element : group.elements())
        if (const auto found = sums.find(element.measure); found != sums.end())
          found->second.announce(element.combination);
    }
    for (auto& [measure, sum] : sums) sum.sum_up();
  }

  /// The open group that the seed fits best; the older one, then the lower id, on a tie.
  OpenGroup* best_group(const Seed& seed, IntervalIndex interval) {
    OpenGroup* best = nullptr;
    double best_match = 0;
    for (auto& group : groups_) {
      const double match = match_of(seed, group, interval);
      if (match == 0 || match < best_match) continue;
      const bool is_older =
          best != nullptr && (group.start() != best->start() ? group.start() < best->start()
                                                             : group.id() < best->id());
      if (match == best_match && !is_older) continue;
      best = &group;
      best_match = match;
    }
    return best;
  }

  /// 0 when seed and group are different events, else 1 to 4: more for the same combination, or one
  /// that shares more leaves.
  double match_of(const Seed& seed, const OpenGroup& group, IntervalIndex interval) {
    double best = is_series_returning(seed, group, interval) ? 4 : 0;
    for (const auto& element : group.elements()) {
      if (interval - element.last > reach_) continue;
      const bool is_equal = seed.combination == element.combination;
      const double overlap = is_equal ? 1 : overlap_of(seed.combination, element.combination);
      if (links(seed, element, group, interval, overlap))
        best = std::max(best, 1 + (is_equal ? 2 : 0) + overlap);
    }
    return best;
  }

  bool links(const Seed& seed, const GroupElement& element, const OpenGroup& group,
             IntervalIndex interval, double overlap) const {
    if (seed.measure == element.measure)
      return overlap > 0 || (group.start() == interval && are_siblings(seed, element));
    if (overlap < least_overlap) return false;
    return overlap >= sure_overlap || interval - group.start() <= onset_distance ||
           group.holds_measure(seed.measure);
  }

  /// A series that fits no seed belongs to the event it belonged to a moment ago.
  bool is_series_returning(const Seed& seed, const OpenGroup& group, IntervalIndex interval) const {
    return seed.gain == 0 && std::ranges::any_of(seed.anomalies, [&](const Anomaly& anomaly) {
             return group.held_series(anomaly.measure, anomaly.series, interval, reach_);
           });
  }

  /// Share of the leaves of the wider combination that the narrower one holds; 0 when they are not
  /// comparable.
  double overlap_of(const Combination& a, const Combination& b) {
    const bool a_inside = is_inside(a, b);
    if (!a_inside && !is_inside(b, a)) return 0;
    const auto part = leaves_.count_inside(context_.dictionary, a_inside ? a : b);
    const auto whole = leaves_.count_inside(context_.dictionary, a_inside ? b : a);
    // A combination without a leaf is still inside the other one.
    constexpr double hardly_any = 1e-9;
    if (part == 0 || whole == 0) return hardly_any;
    return static_cast<double>(part) / static_cast<double>(whole);
  }

  GroupContext context_;
  IntervalIndex reach_;  ///< A series anomalous so many intervals ago is still adjacent.
  LeafOrder leaves_;
  std::vector<OpenGroup> groups_;  ///< By start, then id.
};

Grouper::Grouper(const DetectorSpec& spec, const IntervalGrid& grid, const Dictionary& dictionary)
    : state_(std::make_unique<State>(spec, grid, dictionary)) {}

Grouper::~Grouper() = default;

std::vector<GroupChange> Grouper::add(const Frame& frame, const ScoredFrame& scored) {
  return state_->add(frame, scored);
}

std::string Grouper::save() const { return state_->save(); }

Result<void> Grouper::restore(std::string_view bytes) { return state_->restore(bytes); }

}  // namespace bellwether::explain
