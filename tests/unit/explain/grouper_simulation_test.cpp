// Made-up events in a cube of 120 leaves and 4 measures, with all roll-ups: how well do groups
// agree with them, and do they depend on anything they should not depend on?

#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <gmock/gmock.h>

#include "bellwether/explain/grouper.hpp"

#include "cube.hpp"

namespace bellwether::explain {
namespace {

struct MadeUpEvent {
  Where where;
  std::vector<std::size_t> measures;
  double factor = 1;
  IntervalIndex first = 0;
  IntervalIndex last = 0;
};

std::vector<MeasureSpec> four_measures() {
  return {{"views", Aggregate::sum},
          {"clicks", Aggregate::sum},
          {"orders", Aggregate::sum},
          {"refunds", Aggregate::sum}};
}

Cube simulated_cube(std::uint64_t order = 0) {
  return Cube(a_detector(four_measures(), {"country", "device", "plan"}),
              {values_named("c", 6), values_named("d", 5), values_named("p", 4)}, order);
}

Where random_place(Dice& dice) {
  const std::vector<std::pair<std::string, std::size_t>> dimensions{
      {"country", 6}, {"device", 5}, {"plan", 4}};
  Where where;
  const std::size_t fixed = 1 + dice.below(2);
  while (where.size() < fixed) {
    const auto& [name, count] = dimensions[dice.below(3)];
    where[name] = name.substr(0, 1) + std::to_string(dice.below(count));
  }
  return where;
}

bool are_disjoint(const Where& a, const Where& b) {
  for (const auto& [name, value] : a) {
    const auto found = b.find(name);
    if (found != b.end() && found->second != value) return true;
  }
  return false;
}

MadeUpEvent random_event(Dice& dice, IntervalIndex first) {
  const std::vector<std::vector<std::size_t>> measure_sets{{0}, {2}, {3}, {0, 1}, {0, 1, 2}};
  MadeUpEvent event;
  event.where = random_place(dice);
  event.measures = measure_sets[dice.below(measure_sets.size())];
  const double size = dice.uniform(0.35, 0.9);
  event.factor = dice.below(2) == 0 ? 1 - size : 1 + size;
  event.first = first;
  event.last = first + 1 + static_cast<IntervalIndex>(dice.below(7));
  return event;
}

std::vector<MadeUpEvent> random_events(Dice& dice, IntervalIndex intervals, bool in_pairs) {
  std::vector<MadeUpEvent> events;
  for (IntervalIndex t = 3; t + 10 < intervals; t += 16) {
    events.push_back(random_event(dice, t));
    if (!in_pairs || dice.below(2) == 0) continue;
    auto other = random_event(dice, t + static_cast<IntervalIndex>(dice.below(2)));
    while (!are_disjoint(events.back().where, other.where)) other.where = random_place(dice);
    events.push_back(other);
  }
  return events;
}

/// One interval of the simulation. All draws are made in the order of the leaves' texts, so that
/// they do not depend on a cube's order either.
Moment simulated_moment(const Cube& cube, const std::vector<MadeUpEvent>& events,
                        IntervalIndex interval, std::uint64_t seed) {
  Moment moment(cube, interval);
  Dice means(seed);
  Dice noise(seed * 7919 + static_cast<std::uint64_t>(interval));
  for (std::size_t m = 0; m < 4; ++m) {
    for (std::size_t c = 0; c < 6; ++c) {
      for (std::size_t d = 0; d < 5; ++d) {
        for (std::size_t p = 0; p < 4; ++p) {
          const Where leaf{{"country", "c" + std::to_string(c)},
                           {"device", "d" + std::to_string(d)},
                           {"plan", "p" + std::to_string(p)}};
          const double mean = means.uniform(40, 400);
          double value = mean;
          for (const auto& event : events)
            if (event.first <= interval && interval <= event.last &&
                std::ranges::find(event.measures, m) != event.measures.end() &&
                std::ranges::all_of(event.where,
                                    [&](const auto& at) { return leaf.at(at.first) == at.second; }))
              value *= event.factor;
          value =
              std::round(value * (1 + 0.04 * noise.normal()) + std::sqrt(value) * noise.normal());
          moment.expect(m, leaf, mean).set(m, leaf, std::max(0.0, value));
        }
      }
    }
  }
  moment.score(0.04, 1);
  return moment;
}

/// Which event an anomaly is mostly due to; none for a false alarm.
std::optional<std::size_t> culprit(const Cube& cube, const std::vector<MadeUpEvent>& events,
                                   const Anomaly& anomaly, IntervalIndex interval) {
  std::optional<std::size_t> worst;
  double most = 0;
  for (std::size_t e = 0; e < events.size(); ++e) {
    const auto& event = events[e];
    if (interval < event.first || interval > event.last) continue;
    if (std::ranges::find(event.measures, anomaly.measure) == event.measures.end()) continue;
    double moved = 0;
    for (const SeriesIndex leaf : cube.leaves_of[anomaly.series])
      if (cube.is_inside(leaf, event.where)) moved += std::abs(event.factor - 1);
    if (moved > most) {
      most = moved;
      worst = e;
    }
  }
  return worst;
}

struct Tally {
  double pairs_together = 0;  ///< Of one event and in one group.
  double pairs_grouped = 0;
  double pairs_of_events = 0;
  int events = 0;
  int exact = 0;
  int groups_of_events = 0;

  double pair_f1() const {
    const double precision = pairs_together / pairs_grouped;
    const double recall = pairs_together / pairs_of_events;
    return 2 * precision * recall / (precision + recall);
  }
};

double pairs(double count) { return count * (count - 1) / 2; }

void judge(const std::map<std::string, std::map<int, int>>& points, std::size_t event_count,
           Tally& tally) {
  std::map<int, int> of_event;
  for (const auto& [group, by_event] : points) {
    int size = 0;
    for (const auto& [event, count] : by_event) {
      size += count;
      of_event[event] += count;
      if (event < 0) continue;
      tally.pairs_together += pairs(count);
      ++tally.groups_of_events;
    }
    tally.pairs_grouped += pairs(size);
  }
  for (int event = 0; event < static_cast<int>(event_count); ++event) {
    if (of_event[event] == 0) continue;
    ++tally.events;
    tally.pairs_of_events += pairs(of_event[event]);
    for (const auto& [group, by_event] : points) {
      const auto found = by_event.find(event);
      if (found == by_event.end() || found->second < 0.9 * of_event[event]) continue;
      int size = 0;
      for (const auto& [any, count] : by_event) size += count;
      if (size - found->second <= 0.1 * size) ++tally.exact;
    }
  }
}

void simulate(std::uint64_t seed, bool in_pairs, Tally& tally) {
  constexpr IntervalIndex intervals = 110;
  const Cube cube = simulated_cube();
  Dice dice(seed);
  const auto events = random_events(dice, intervals, in_pairs);
  Grouper grouper(cube.spec, cube.grid, cube.dictionary);
  std::map<std::string, std::map<int, int>> points;
  for (IntervalIndex t = 0; t < intervals; ++t) {
    const auto moment = simulated_moment(cube, events, t, seed);
    std::map<SeriesKey, int> due_to;
    for (const auto& anomaly : moment.scored.anomalies) {
      const auto event = culprit(cube, events, anomaly, t);
      due_to[cube.dictionary.key(anomaly.series, cube.spec.measures[anomaly.measure].column)] =
          event ? static_cast<int>(*event) : -1;
    }
    for (const auto& change : grouper.add(moment.frame, moment.scored)) {
      if (change.is_closed) continue;
      for (const auto& series : change.group.series)
        if (series.last == moment.frame.start) ++points[change.group.id][due_to.at(series.key)];
    }
  }
  judge(points, events.size(), tally);
}

TEST(GrouperSimulation, GroupsAgreeWithTheEventsBehindThem) {
  Tally tally;
  for (std::uint64_t seed = 7000; seed < 7008; ++seed) simulate(seed, true, tally);
  const double exact = static_cast<double>(tally.exact) / tally.events;
  const double groups_per_event = static_cast<double>(tally.groups_of_events) / tally.events;
  RecordProperty("exact", std::to_string(exact));
  RecordProperty("pair_f1", std::to_string(tally.pair_f1()));
  EXPECT_GE(exact, 0.88);
  EXPECT_GE(tally.pair_f1(), 0.98);
  EXPECT_LE(groups_per_event, 1.4);
}

TEST(GrouperSimulation, GroupsAgreeWithEventsThatComeAlone) {
  Tally tally;
  for (std::uint64_t seed = 7100; seed < 7104; ++seed) simulate(seed, false, tally);
  const double exact = static_cast<double>(tally.exact) / tally.events;
  EXPECT_GE(exact, 0.93);
  EXPECT_GE(tally.pair_f1(), 0.98);
}

std::vector<std::vector<GroupChange>> log_of(const Cube& cube, std::uint64_t seed,
                                             bool restart_each_interval = false) {
  constexpr IntervalIndex intervals = 60;
  Dice dice(seed);
  const auto events = random_events(dice, intervals, true);
  auto grouper = std::make_unique<Grouper>(cube.spec, cube.grid, cube.dictionary);
  std::vector<std::vector<GroupChange>> log;
  for (IntervalIndex t = 0; t < intervals; ++t) {
    const auto moment = simulated_moment(cube, events, t, seed);
    log.push_back(grouper->add(moment.frame, moment.scored));
    if (!restart_each_interval) continue;
    const std::string bytes = grouper->save();
    auto next = std::make_unique<Grouper>(cube.spec, cube.grid, cube.dictionary);
    EXPECT_TRUE(next->restore(bytes).has_value());
    EXPECT_EQ(next->save(), bytes);
    grouper = std::move(next);
  }
  return log;
}

TEST(GrouperSimulation, IsTheSameTwice) {
  const Cube cube = simulated_cube();
  EXPECT_EQ(log_of(cube, 1), log_of(cube, 1));
}

TEST(GrouperSimulation, DoesNotDependOnThePlacesOfSeries) {
  const auto log = log_of(simulated_cube(), 2);
  EXPECT_EQ(log, log_of(simulated_cube(5), 2));
  EXPECT_EQ(log, log_of(simulated_cube(99), 2));
}

TEST(GrouperSimulation, DoesNotDependOnTheOrderOfAnomalies) {
  const Cube cube = simulated_cube();
  Dice dice(3);
  const auto events = random_events(dice, 40, true);
  Grouper sorted(cube.spec, cube.grid, cube.dictionary);
  Grouper shuffled(cube.spec, cube.grid, cube.dictionary);
  for (IntervalIndex t = 0; t < 40; ++t) {
    auto moment = simulated_moment(cube, events, t, 3);
    const auto expected = sorted.add(moment.frame, moment.scored);
    Cube::shuffle(moment.scored.anomalies, dice);
    EXPECT_EQ(shuffled.add(moment.frame, moment.scored), expected);
  }
}

TEST(GrouperSimulation, GoesOnAfterARestartAsIfNothingHadHappened) {
  const Cube cube = simulated_cube();
  EXPECT_EQ(log_of(cube, 4), log_of(cube, 4, true));
}

TEST(GrouperSimulation, RefusesStateThatWasDamaged) {
  const Cube cube = simulated_cube();
  Dice dice(5);
  const auto events = random_events(dice, 30, true);
  Grouper grouper(cube.spec, cube.grid, cube.dictionary);
  for (IntervalIndex t = 0; t <= events.back().first; ++t) {
    const auto moment = simulated_moment(cube, events, t, 5);
    grouper.add(moment.frame, moment.scored);
  }
  const std::string bytes = grouper.save();
  ASSERT_GT(bytes.size(), 500U);

  Grouper other(cube.spec, cube.grid, cube.dictionary);
  const std::string empty = other.save();
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const auto restored = other.restore(bytes.substr(0, length));
    ASSERT_TRUE(restored.has_error());
    EXPECT_EQ(restored.error().code, ErrorCode::corrupt);
    EXPECT_EQ(other.save(), empty);
  }
  EXPECT_TRUE(other.restore(bytes + "x").has_error());

  // Flipped bits may decode to something else, but must not bring anything down.
  const auto moment = simulated_moment(cube, events, events.back().first + 1, 5);
  for (int round = 0; round < 3000; ++round) {
    std::string damaged = bytes;
    for (int flips = 0; flips < 3; ++flips)
      damaged[dice.below(damaged.size())] = static_cast<char>(dice.next());
    if (other.restore(damaged)) other.add(moment.frame, moment.scored);
  }
}

}  // namespace
}  // namespace bellwether::explain
