#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/dictionary.hpp"
#include "bellwether/domain/frame.hpp"
#include "bellwether/domain/interval_grid.hpp"
#include "bellwether/domain/scored_frame.hpp"
#include "bellwether/explain/grouper.hpp"

namespace bellwether::explain {

using Where = std::map<std::string, std::string>;

/// A small stream of numbers for tests: the same everywhere.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15U + 1) {}

  std::uint64_t next() {
    state_ ^= state_ << 13U;
    state_ ^= state_ >> 7U;
    state_ ^= state_ << 17U;
    return state_;
  }
  double uniform() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  std::size_t below(std::size_t count) { return next() % count; }
  double normal() {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += uniform();
    return sum;
  }

 private:
  std::uint64_t state_;
};

inline DetectorSpec a_detector(std::vector<MeasureSpec> measures,
                               std::vector<std::string> dimensions) {
  DetectorSpec spec;
  spec.name = "shop";
  spec.measures = std::move(measures);
  spec.dimensions = std::move(dimensions);
  return spec;
}

/// Every combination of a few dimension values, what each leaf is expected to be, and intervals in
/// which some of them are not.
class Cube {
 public:
  /// `order` shuffles the places that values and series get; 0 leaves them sorted.
  Cube(DetectorSpec detector, std::vector<std::vector<std::string>> values, std::uint64_t order = 0)
      : spec(std::move(detector)), grid(spec.interval), dictionary(spec.dimensions) {
    Dice dice(order);
    for (std::size_t i = 0; i < values.size(); ++i) {
      auto shuffled = values[i];
      if (order != 0) shuffle(shuffled, dice);
      for (const auto& value : shuffled) dictionary.add_value(i, value);
    }
    std::vector<std::vector<ValueId>> combinations{{}};
    for (std::size_t i = 0; i < values.size(); ++i) {
      std::vector<std::vector<ValueId>> longer;
      for (const auto& combination : combinations) {
        auto rolled = combination;
        rolled.push_back(any_value);
        if (spec.rollups.kind == RollupKind::all) longer.push_back(rolled);
        for (const auto& value : values[i]) {
          longer.push_back(combination);
          longer.back().push_back(*dictionary.find_value(i, value));
        }
      }
      combinations = std::move(longer);
    }
    if (order != 0) shuffle(combinations, dice);
    for (const auto& combination : combinations) dictionary.add_series(combination);
    for (SeriesIndex s = 0; s < dictionary.series_count(); ++s)
      leaves_of.push_back(find_leaves(dictionary.combination(s)));
  }

  template <class T>
  static void shuffle(std::vector<T>& things, Dice& dice) {
    for (std::size_t i = things.size(); i > 1; --i) std::swap(things[i - 1], things[dice.below(i)]);
  }

  SeriesIndex series(const Where& where) const { return *find_series(where); }

  std::optional<SeriesIndex> find_series(const Where& where) const {
    std::vector<ValueId> ids;
    for (std::size_t i = 0; i < spec.dimensions.size(); ++i) {
      const auto found = where.find(spec.dimensions[i]);
      ids.push_back(found == where.end() ? any_value : *dictionary.find_value(i, found->second));
    }
    return dictionary.find_series(ids);
  }

  bool is_inside(SeriesIndex leaf, const Where& where) const {
    const auto ids = dictionary.combination(leaf);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const auto found = where.find(spec.dimensions[i]);
      if (found != where.end() && dictionary.value_text(i, ids[i]) != found->second) return false;
    }
    return true;
  }

  DetectorSpec spec;
  IntervalGrid grid;
  Dictionary dictionary;
  std::vector<std::vector<SeriesIndex>> leaves_of;  ///< By series.

 private:
  std::vector<SeriesIndex> find_leaves(std::span<const ValueId> wide) const {
    std::vector<SeriesIndex> leaves;
    for (SeriesIndex leaf = 0; leaf < dictionary.series_count(); ++leaf) {
      if (!dictionary.is_leaf(leaf)) continue;
      const auto narrow = dictionary.combination(leaf);
      bool covers = true;
      for (std::size_t i = 0; i < wide.size(); ++i)
        covers = covers && (wide[i] == any_value || wide[i] == narrow[i]);
      if (covers) leaves.push_back(leaf);
    }
    return leaves;
  }
};

/// One interval of a cube. Leaves stand at 100 in every measure until told otherwise; roll-ups are
/// sums (averages by `rows`).
class Moment {
 public:
  Moment(const Cube& cube, IntervalIndex interval) : cube_(cube) {
    frame.interval = interval;
    frame.start = cube.grid.start_of(interval);
    frame.series_count = cube.dictionary.series_count();
    for (const auto& measure : cube.spec.measures) {
      auto& column = frame.measures.emplace_back();
      column.values.assign(frame.series_count, 100);
      if (measure.aggregate == Aggregate::avg) column.row_counts.assign(frame.series_count, 1);
      expected_.emplace_back(frame.series_count, 100.0);
    }
  }

  Moment& expect(std::size_t measure, const Where& where, double value) {
    for_leaves(where, [&](SeriesIndex leaf) {
      expected_[measure][leaf] = value;
      frame.measures[measure].values[leaf] = value;
    });
    return *this;
  }

  Moment& scale(std::size_t measure, const Where& where, double factor) {
    for_leaves(where, [&](SeriesIndex leaf) { frame.measures[measure].values[leaf] *= factor; });
    return *this;
  }

  Moment& set(std::size_t measure, const Where& where, double value) {
    for_leaves(where, [&](SeriesIndex leaf) { frame.measures[measure].values[leaf] = value; });
    return *this;
  }

  Moment& rows(std::size_t measure, const Where& where, double count) {
    for_leaves(where, [&](SeriesIndex leaf) { frame.measures[measure].row_counts[leaf] = count; });
    return *this;
  }

  Moment& noise(Dice& dice, double relative) {
    for (std::size_t m = 0; m < frame.measures.size(); ++m)
      for (SeriesIndex s = 0; s < frame.series_count; ++s)
        if (cube_.dictionary.is_leaf(s))
          frame.measures[m].values[s] *= 1 + relative * dice.normal();
    return *this;
  }

  /// Poisson noise, nearly, and a relative one on top.
  Moment& counting_noise(Dice& dice, double relative) {
    for (auto& column : frame.measures)
      for (SeriesIndex s = 0; s < frame.series_count; ++s)
        if (cube_.dictionary.is_leaf(s))
          column.values[s] =
              std::max(0.0, std::round(column.values[s] * (1 + relative * dice.normal()) +
                                       std::sqrt(column.values[s]) * dice.normal()));
    return *this;
  }

  /// Sums up the roll-ups and lists what is off by more than 4 of its standard deviations, where a
  /// leaf's variance is (`leaf_spread` x expected)^2 plus `counting` x expected and errors of
  /// leaves are independent.
  Moment& score(double leaf_spread = 0.05, double counting = 0) {
    scored.interval = frame.interval;
    scored.start = frame.start;
    scored.anomalies.clear();
    scored.measures.assign(frame.measures.size(), {});
    for (std::size_t m = 0; m < frame.measures.size(); ++m) score_measure(m, leaf_spread, counting);
    return *this;
  }

  /// Lists one series by hand.
  Moment& flag(std::size_t measure, const Where& where, float severity = 80) {
    const SeriesIndex series = cube_.series(where);
    auto& scores = scored.measures[measure];
    scored.anomalies.push_back({measure, series, frame.measures[measure].values[series],
                                scores.expected[series], scores.lower[series], scores.upper[series],
                                severity, Reason::unusual_value});
    return *this;
  }

  Frame frame;
  ScoredFrame scored;

 private:
  template <class Do>
  void for_leaves(const Where& where, Do act) {
    if (const auto series = cube_.find_series(where)) {
      for (const SeriesIndex leaf : cube_.leaves_of[*series]) act(leaf);
      return;
    }
    for (SeriesIndex s = 0; s < frame.series_count; ++s)
      if (cube_.dictionary.is_leaf(s) && cube_.is_inside(s, where)) act(s);
  }

  void score_measure(std::size_t measure, double leaf_spread, double counting) {
    const auto& dictionary = cube_.dictionary;
    auto& column = frame.measures[measure];
    const bool is_average = cube_.spec.measures[measure].aggregate == Aggregate::avg;
    auto& scores = scored.measures[measure];
    scores.expected.resize(frame.series_count);
    scores.lower.resize(frame.series_count);
    scores.upper.resize(frame.series_count);
    scores.severity.assign(frame.series_count, 0);
    for (SeriesIndex s = 0; s < frame.series_count; ++s) {
      double value = 0;
      double expected = 0;
      double variance = 0;
      double rows = 0;
      for (const SeriesIndex leaf : cube_.leaves_of[s]) {
        if (std::isnan(column.values[leaf])) continue;
        const double weight = is_average ? column.row_counts[leaf] : 1;
        value += weight * column.values[leaf];
        expected += weight * expected_[measure][leaf];
        const double mean = expected_[measure][leaf];
        variance += weight * weight * (std::pow(leaf_spread * mean, 2) + counting * mean);
        rows += weight;
      }
      const double scale = is_average ? rows : 1;
      if (!dictionary.is_leaf(s)) column.values[s] = value / scale;
      if (dictionary.is_leaf(s)) expected = expected_[measure][s] * scale;
      const double spread = std::sqrt(variance) / scale;
      scores.expected[s] = static_cast<float>(expected / scale);
      scores.lower[s] = static_cast<float>(expected / scale - 4 * spread);
      scores.upper[s] = static_cast<float>(expected / scale + 4 * spread);
      const double distance = std::abs(column.values[s] - double{scores.expected[s]}) / spread;
      if (!(distance > 4)) continue;
      const auto severity = static_cast<float>(std::min(100.0, 60 + distance));
      scores.severity[s] = severity;
      scored.anomalies.push_back({measure, s, column.values[s], scores.expected[s], scores.lower[s],
                                  scores.upper[s], severity, Reason::unusual_value});
    }
  }

  const Cube& cube_;
  std::vector<std::vector<double>> expected_;
};

/// `count` values `prefix0`, `prefix1`, ...
inline std::vector<std::string> values_named(const std::string& prefix, std::size_t count) {
  std::vector<std::string> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(prefix + std::to_string(i));
  return values;
}

}  // namespace bellwether::explain
