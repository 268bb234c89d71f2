// The aggregator against a slow and obvious model of it, over random rows, batches and crashes.

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <tuple>

#include <gtest/gtest.h>

#include "ingest_fixtures.hpp"

namespace bellwether::ingest {
namespace {

constexpr int seeds = 40;

struct Scene {
  DetectorSpec spec;
  std::vector<TestRow> rows;
  std::vector<std::optional<TimePoint>> received;  ///< Per row; none where no clock counts.
};

/// Rows that mostly go forward in time and sometimes fall back or run ahead of the clock, in whole
/// numbers, so that sums are exact in any order.
Scene random_scene(std::mt19937& random) {
  const auto pick = [&](int below) {
    return static_cast<int>(random() % static_cast<unsigned>(below));
  };
  Scene scene;
  scene.spec = a_detector({{"s", Aggregate::sum},
                           {"a", Aggregate::avg},
                           {"lo", Aggregate::min},
                           {"hi", Aggregate::max},
                           {"n", Aggregate::count}},
                          {"shop", "device", "size"});
  scene.spec.offset = std::chrono::minutes(pick(3) * 40);
  scene.spec.on_missing = pick(2) == 0 ? OnMissing::zero : OnMissing::automatic;
  scene.spec.late_window = std::chrono::minutes(pick(4) * 50);
  scene.spec.max_series = pick(3) == 0 ? 40 : 100'000;
  if (pick(3) == 0) scene.spec.rollups = {RollupKind::listed, {{"shop"}, {"device", "size"}, {}}};
  if (pick(4) == 0) scene.spec.rollups.kind = RollupKind::leaf;
  if (pick(3) == 0) scene.spec.where = {{"shop", {"s0", "s1", "s2"}}};
  TimePoint now = at("2026-03-20T00:00:00Z");
  const bool has_clock = pick(3) != 0;
  std::optional<TimePoint> clock;
  const int count = 200 + pick(400);
  for (int i = 0; i < count; ++i) {
    if (has_clock && (!clock || pick(8) == 0)) clock = now;
    scene.received.push_back(clock);
    now += std::chrono::minutes(pick(9));
    if (pick(60) == 0) now += std::chrono::hours(pick(5));
    if (pick(12) == 0) {
      scene.rows.push_back(refused(static_cast<RowFault>(pick(7))));
      continue;
    }
    const int behind = pick(4) == 0 ? pick(150) : 0;
    const int ahead = has_clock && pick(20) == 0 ? pick(400) : 0;
    TestRow row{.time = to_rfc3339(now + std::chrono::minutes(ahead - behind))};
    row.values = {"s" + std::to_string(pick(5)), "d" + std::to_string(pick(3)),
                  "z" + std::to_string(pick(3))};
    for (int m = 0; m < 5; ++m) row.measures.push_back(pick(5) == 0 ? absent : pick(1000) - 500);
    scene.rows.push_back(row);
  }
  return scene;
}

/// What the aggregator must come to, told row by row with maps of strings.
class Model {
 public:
  using Name = std::vector<std::string>;

  explicit Model(const DetectorSpec& spec) : spec_(spec) {}

  void take_all(const Scene& scene) {
    for (std::size_t i = 0; i < scene.rows.size(); ++i) take(scene.rows[i], scene.received[i]);
  }

  void take(const TestRow& row, std::optional<TimePoint> received) {
    if (row.is_refused) {
      ++rejected[row.fault];
      return;
    }
    const TimePoint time = at(row.time);
    const TimePoint start = std::chrono::floor<std::chrono::hours>(time);
    const TimePoint event_time = std::min(time, received.value_or(time));
    const TimePoint ended = std::chrono::floor<std::chrono::hours>(event_time - spec_.offset);
    closed_before_ = std::max(closed_before_, ended);
    if (!first_frame_ && !rows.empty() && rows.begin()->first < closed_before_)
      first_frame_ = rows.begin()->first;
    if (!is_kept(row)) return;
    const bool is_late = start < closed_before_;
    const TimePoint end = start + std::chrono::hours(1);
    const bool is_merged = is_late && first_frame_ && start >= *first_frame_ &&
                           closed_before_ - end < spec_.late_window;
    if (is_late && !is_merged) {
      ++rejected[RowFault::late];
      return;
    }
    std::set<Name> grown = known_;
    for (const Name& name : names_of(row)) grown.insert(name);
    if (grown.size() > spec_.max_series) {
      ++rejected[RowFault::over_series_limit];
      return;
    }
    known_ = grown;
    if (is_merged) ++late_rows[start];
    for (const Name& name : names_of(row)) {
      (is_merged ? late : rows)[start][name].push_back(row.measures);
      all[start][name].push_back(row.measures);
    }
  }

  using Intervals = std::map<TimePoint, std::map<Name, std::vector<std::vector<double>>>>;

  /// What the rows of an interval come to, of all or of some of them.
  double value(const Intervals& intervals, TimePoint start, const Name& name,
               std::size_t measure) const {
    const Aggregate aggregate = spec_.measures[measure].aggregate;
    const auto interval = intervals.find(start);
    double sum = 0;
    double low = INFINITY;
    double high = -INFINITY;
    double count = 0;
    if (interval != intervals.end()) {
      const auto series = interval->second.find(name);
      if (series != interval->second.end()) {
        for (const auto& measures : series->second) {
          if (std::isnan(measures[measure])) continue;
          sum += measures[measure];
          low = std::min(low, measures[measure]);
          high = std::max(high, measures[measure]);
          ++count;
        }
      }
    }
    const bool can_be_zero = aggregate == Aggregate::sum || aggregate == Aggregate::count;
    if (count == 0) return spec_.on_missing == OnMissing::zero && can_be_zero ? 0 : absent;
    switch (aggregate) {
      case Aggregate::sum:
        return sum;
      case Aggregate::avg:
        return sum / count;
      case Aggregate::min:
        return low;
      case Aggregate::max:
        return high;
      case Aggregate::count:
        return count;
    }
    return absent;
  }

  Intervals rows;  ///< In time ...
  Intervals late;  ///< ... too late for that, but merged ...
  Intervals all;   ///< ... and both.
  std::map<TimePoint, std::uint64_t> late_rows;
  std::map<RowFault, std::uint64_t> rejected;

 private:
  bool is_kept(const TestRow& row) const {
    for (const auto& where : spec_.where)
      if (std::ranges::find(where.in, row.values[0]) == where.in.end()) return false;
    return true;
  }

  std::set<Name> names_of(const TestRow& row) const {
    std::set<Name> names{row.values};
    for (unsigned mask = 0; mask < 8; ++mask) {
      Name name = row.values;
      std::vector<std::string> kept;
      for (std::size_t d = 0; d < 3; ++d) {
        if ((mask >> d & 1U) == 0) {
          name[d] = "*";
        } else {
          kept.push_back(spec_.dimensions[d]);
        }
      }
      const auto& lists = spec_.rollups.dimension_lists;
      if (spec_.rollups.kind == RollupKind::all || (spec_.rollups.kind == RollupKind::listed &&
                                                    std::ranges::find(lists, kept) != lists.end()))
        names.insert(name);
    }
    return names;
  }

  const DetectorSpec& spec_;
  std::set<Name> known_;
  TimePoint closed_before_ = TimePoint::min();
  std::optional<TimePoint> first_frame_;
};

/// Adds rows from `from` on, at most `most()` to a batch. Those of one batch were received at once.
void add_in_batches(Aggregation& aggregation, const Scene& scene, std::size_t from,
                    const std::function<std::size_t()>& most) {
  aggregation.next_row = from;
  while (from < scene.rows.size()) {
    const std::size_t limit = std::min(from + most(), scene.rows.size());
    std::size_t end = from + 1;
    while (end < limit && scene.received[end] == scene.received[from]) ++end;
    RowBatch batch = batch_of(scene.spec,
                              {scene.rows.begin() + static_cast<std::ptrdiff_t>(from),
                               scene.rows.begin() + static_cast<std::ptrdiff_t>(end)},
                              from);
    batch.received_at = scene.received[from];
    aggregation.add(batch);
    from = end;
  }
}

void add_in_random_batches(Aggregation& aggregation, const Scene& scene, std::size_t from,
                           std::mt19937& random) {
  add_in_batches(aggregation, scene, from, [&] { return 1 + random() % 50; });
}

void add_whole(Aggregation& aggregation, const Scene& scene) {
  add_in_batches(aggregation, scene, 0, [&] { return scene.rows.size(); });
}

TEST(AggregatorModel, AgreesOnEveryValueAndEveryRefusedRow) {
  for (int seed = 0; seed < seeds; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(static_cast<unsigned>(seed));
    const Scene scene = random_scene(random);
    Model model(scene.spec);
    model.take_all(scene);

    Aggregation real(scene.spec);
    add_in_random_batches(real, scene, 0, random);
    real.close_all();

    RejectedRows rejected;
    std::set<TimePoint> starts;
    for (const ClosedInterval& interval : real.closed) {
      rejected.add(interval.quality.rejected);
      starts.insert(interval.frame.start);
      for (std::size_t s = 0; s < interval.frame.series_count; ++s) {
        Model::Name name;
        const auto combination = real.dictionary.combination(static_cast<SeriesIndex>(s));
        for (std::size_t d = 0; d < 3; ++d)
          name.push_back(real.dictionary.value_text(d, combination[d]));
        for (std::size_t m = 0; m < 5; ++m) {
          const double expected = model.value(model.rows, interval.frame.start, name, m);
          const double value = interval.frame.measures[m].values[s];
          ASSERT_TRUE(expected == value || (std::isnan(expected) && std::isnan(value)))
              << to_rfc3339(interval.frame.start) << " " << s << " measure " << m << ": " << value
              << " is not " << expected;
        }
      }
    }
    for (const auto& [start, series] : model.rows) EXPECT_TRUE(starts.contains(start));
    for (std::size_t fault = 0; fault < row_fault_count; ++fault)
      EXPECT_EQ(rejected.counts[fault], model.rejected[static_cast<RowFault>(fault)])
          << to_string(static_cast<RowFault>(fault));
  }
}

TEST(AggregatorModel, AgreesOnWhatLateRowsMakeOfEveryInterval) {
  std::size_t amendments = 0;
  for (int seed = 0; seed < seeds; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(static_cast<unsigned>(seed));
    const Scene scene = random_scene(random);
    Model model(scene.spec);
    model.take_all(scene);
    Aggregation real(scene.spec);
    add_in_random_batches(real, scene, 0, random);
    real.close_all();

    // All that came late, by interval, measure and series.
    std::map<std::tuple<IntervalIndex, std::size_t, SeriesIndex>, LateValue> late;
    std::map<IntervalIndex, std::uint64_t> late_rows;
    std::uint64_t late_merged = 0;
    for (const ClosedInterval& interval : real.closed) {
      late_merged += interval.quality.late_merged;
      for (const Amendment& amendment : interval.amendments) {
        ++amendments;
        late_rows[amendment.interval] += amendment.rows;
        for (std::size_t m = 0; m < 5; ++m) {
          const AmendedColumn& column = amendment.measures[m];
          for (std::size_t i = 0; i < column.series.size(); ++i) {
            const auto [place, is_new] =
                late.try_emplace({amendment.interval, m, column.series[i]}, column.values[i]);
            if (!is_new) add_late(column.aggregate, place->second, column.values[i]);
          }
        }
      }
    }
    std::uint64_t expected_rows = 0;
    for (const auto& [start, count] : model.late_rows) expected_rows += count;
    EXPECT_EQ(late_merged, expected_rows);

    for (const ClosedInterval& interval : real.closed) {
      const auto rows = model.late_rows.find(interval.frame.start);
      EXPECT_EQ(late_rows[interval.frame.interval],
                rows == model.late_rows.end() ? 0U : rows->second);
      late_rows.erase(interval.frame.interval);
      for (std::size_t s = 0; s < real.dictionary.series_count(); ++s) {
        Model::Name name;
        const auto combination = real.dictionary.combination(static_cast<SeriesIndex>(s));
        for (std::size_t d = 0; d < 3; ++d)
          name.push_back(real.dictionary.value_text(d, combination[d]));
        for (std::size_t m = 0; m < 5; ++m) {
          const auto found = late.find({interval.frame.interval, m, static_cast<SeriesIndex>(s)});
          if (found == late.end()) {
            EXPECT_TRUE(std::isnan(model.value(model.late, interval.frame.start, name, m)) ||
                        scene.spec.on_missing == OnMissing::zero);
            continue;
          }
          const MeasureColumn& column = interval.frame.measures[m];
          const bool had_place = s < interval.frame.series_count;
          const double merged = with_late(
              scene.spec.measures[m].aggregate, had_place ? column.values[s] : absent,
              had_place && !column.row_counts.empty() ? column.row_counts[s] : 0, found->second);
          EXPECT_NEAR(merged, model.value(model.all, interval.frame.start, name, m), 1e-9);
        }
      }
    }
    EXPECT_TRUE(late_rows.empty()) << "an interval without a frame was amended";
  }
  EXPECT_GT(amendments, 100U);
}

TEST(AggregatorModel, DoesNotSeeHowRowsWereCutIntoBatches) {
  for (int seed = 0; seed < seeds; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(static_cast<unsigned>(seed));
    const Scene scene = random_scene(random);
    Aggregation whole(scene.spec);
    add_whole(whole, scene);
    whole.close_all();
    Aggregation cut(scene.spec);
    add_in_random_batches(cut, scene, 0, random);
    cut.close_all();
    Aggregation single(scene.spec);
    add_in_batches(single, scene, 0, [] { return std::size_t{1}; });
    single.close_all();

    EXPECT_EQ(outcome_of(whole), outcome_of(cut));
    EXPECT_EQ(outcome_of(whole), outcome_of(single));
  }
}

TEST(AggregatorModel, GoesOnAfterACrashAsIfNothingHadBeen) {
  for (int seed = 0; seed < seeds; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(static_cast<unsigned>(seed));
    const Scene scene = random_scene(random);
    Aggregation whole(scene.spec);
    add_whole(whole, scene);
    whole.close_all();

    // Crash after some interval was committed; what was taken since is lost.
    Aggregation first(scene.spec);
    add_in_random_batches(first, scene, 0, random);
    ASSERT_GT(first.closed.size(), 2U);
    const std::size_t kept = 1 + random() % (first.closed.size() - 1);
    std::vector<ClosedInterval> closed(first.closed.begin(),
                                       first.closed.begin() + static_cast<std::ptrdiff_t>(kept));
    Dictionary known(scene.spec.dimensions);
    const std::size_t series = closed.back().frame.series_count;
    for (std::size_t s = 0; s < series; ++s) {
      std::vector<ValueId> ids;
      for (std::size_t d = 0; d < 3; ++d) {
        const ValueId id = first.dictionary.combination(static_cast<SeriesIndex>(s))[d];
        // Values are numbered as the first run numbered them.
        for (ValueId earlier = 1; id != any_value && earlier <= id; ++earlier)
          known.add_value(d, first.dictionary.value_text(d, earlier));
        ids.push_back(id);
      }
      known.add_series(ids);
    }
    const SourcePosition position = closed.back().position;
    ASSERT_EQ(position.size(), 1U);
    Aggregation second(scene.spec, known, closed.back().frame.interval, position);
    second.aggregator.set_first_interval(closed.front().frame.interval);
    add_in_random_batches(second, scene, std::stoul(position[0].resume_at), random);
    second.close_all();

    closed.insert(closed.end(), second.closed.begin(), second.closed.end());
    second.closed = closed;
    EXPECT_EQ(outcome_of(second), outcome_of(whole));
  }
}

}  // namespace
}  // namespace bellwether::ingest
