#include "open_group.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "bellwether/base/ids.hpp"

namespace bellwether::explain {
namespace {

/// Of the seeds, those that explain less of their measure are not worth showing as causes.
constexpr double least_percent_explained = 5;
constexpr std::size_t most_root_causes = 16;

double clamped_percent(double part, double whole) {
  if (!(std::abs(whole) > 0) || !std::isfinite(part / whole)) return 0;
  const double percent = std::clamp(100 * part / whole, 0.0, 100.0);
  return std::round(percent * 100) / 100;
}

std::map<std::string, std::string> dimensions_of(const Dictionary& dictionary,
                                                 const Combination& combination) {
  std::map<std::string, std::string> dimensions;
  for (std::size_t i = 0; i < combination.size(); ++i)
    if (combination[i] != any_value)
      dimensions.emplace(dictionary.dimension_name(i), dictionary.value_text(i, combination[i]));
  return dimensions;
}

/// One measure alone keeps its severity; each further one takes a root deeper of what it leaves.
///
/// Source   design notes "interval severity": 1 - product of (1 - s_k)^(2^(1-k)), largest first.
double joint_severity(std::vector<double> severities) {
  std::ranges::sort(severities, std::ranges::greater{});
  double left = 1;
  for (std::size_t k = 0; k < severities.size(); ++k) {
    double factor = std::clamp(1 - severities[k] / 100, 0.0, 1.0);
    for (std::size_t root = 0; root < std::min<std::size_t>(k, 64); ++root)
      factor = std::sqrt(factor);
    left *= factor;
  }
  return 100 * (1 - left);
}

}  // namespace

OpenGroup::OpenGroup(const GroupContext& context, const Seed& seed, IntervalIndex interval)
    : start_(interval), last_(interval) {
  const SeriesKey key{context.spec.measures[seed.measure].column,
                      dimensions_of(context.dictionary, seed.combination)};
  id_ = stable_uuid("group:" + series_id(context.spec.name, key) + ":" +
                    to_rfc3339(context.grid.start_of(interval)));
}

bool OpenGroup::held_series(MeasureIndex measure, SeriesIndex series, IntervalIndex interval,
                            IntervalIndex reach) const {
  const auto found = series_.find({static_cast<std::uint32_t>(measure), series});
  return found != series_.end() && interval - found->second.last <= reach;
}

void OpenGroup::add_seed(const GroupContext& context, const Seed& seed, IntervalIndex interval) {
  last_ = interval;
  const auto same = std::ranges::find_if(elements_, [&](const GroupElement& element) {
    return element.measure == seed.measure && element.combination == seed.combination;
  });
  if (same != elements_.end()) {
    same->last = interval;
    same->shift = seed.shift;
  } else if (seed.is_strong || elements_.empty()) {
    add_element(context, seed, interval);
  }
  for (const auto& anomaly : seed.anomalies) add_anomaly(context, anomaly, interval);
}

void OpenGroup::add_element(const GroupContext& context, const Seed& seed, IntervalIndex interval) {
  if (elements_.size() == max_elements) {
    const auto stalest =
        std::ranges::min_element(elements_, [&](const GroupElement& a, const GroupElement& b) {
          if (a.last != b.last) return a.last < b.last;
          if (a.measure != b.measure) return a.measure < b.measure;
          return precedes(context.dictionary, a.combination, b.combination);
        });
    elements_.erase(stalest);
  }
  elements_.push_back({seed.measure, seed.combination, seed.shift, interval, 0});
}

void OpenGroup::add_anomaly(const GroupContext& context, const Anomaly& anomaly,
                            IntervalIndex interval) {
  const SeriesRef ref{static_cast<std::uint32_t>(anomaly.measure), anomaly.series};
  const double severity = anomaly.severity;
  auto& measure = measures_[anomaly.measure];
  if (measure.series_count == 0)
    measure.matrix =
        DeviationMatrix(anomaly.measure, context.spec.measures[anomaly.measure].aggregate);
  measure.severity = std::max(measure.severity, severity);
  measure.interval_severity = std::max(measure.interval_severity, severity);

  auto known = series_.find(ref);
  if (known == series_.end()) {
    if (!further_series_.contains(ref)) ++measure.series_count;
    make_room(context, ref, severity);
    if (further_series_.contains(ref)) return;
    known = series_.emplace(ref, SeriesRecord{.first = interval, .severity = -1}).first;
  }
  SeriesRecord& record = known->second;
  record.last = interval;
  const double deviation = anomaly.value - double{anomaly.expected};
  if (std::isfinite(deviation)) record.deviation += deviation;
  // That it stopped explains the zeros before.
  if (anomaly.reason == Reason::stopped_reporting) record.reason = anomaly.reason;
  if (severity <= record.severity) return;
  if (least_severe_ == ref) least_severe_.reset();
  record.peak = interval;
  record.value = anomaly.value;
  record.expected = anomaly.expected;
  record.lower = anomaly.lower;
  record.upper = anomaly.upper;
  record.severity = severity;
  if (record.reason != Reason::stopped_reporting) record.reason = anomaly.reason;
}

bool OpenGroup::is_less_severe(const GroupContext& context, const SeriesRef& a, double severity_a,
                               const SeriesRef& b, double severity_b) const {
  if (severity_a != severity_b) return severity_a < severity_b;
  if (a.first != b.first) return a.first > b.first;
  return precedes(context.dictionary, context.dictionary.combination(b.second),
                  context.dictionary.combination(a.second));
}

/// Leaves a place free for `newcomer`, or puts it among the further series.
void OpenGroup::make_room(const GroupContext& context, const SeriesRef& newcomer, double severity) {
  if (series_.size() < AnomalyGroup::max_series_kept) {
    further_series_.erase(newcomer);
    return;
  }
  if (!least_severe_)
    least_severe_ =
        std::ranges::min_element(series_, [&](const auto& a, const auto& b) {
          return is_less_severe(context, a.first, a.second.severity, b.first, b.second.severity);
        })->first;
  const auto least = series_.find(*least_severe_);
  if (!is_less_severe(context, least->first, least->second.severity, newcomer, severity)) {
    further_series_.insert(newcomer);
    return;
  }
  further_series_.erase(newcomer);
  further_series_.insert(least->first);
  series_.erase(least);
  least_severe_.reset();
}

void OpenGroup::finish_interval(IntervalIndex interval,
                                const std::map<MeasureIndex, IntervalSums>& sums) {
  if (last_ != interval) return;
  ++anomalous_intervals_;
  std::vector<double> severities;
  for (auto& [index, measure] : measures_) {
    if (measure.interval_severity == 0) continue;
    severities.push_back(measure.interval_severity);
    measure.severity_sum += measure.interval_severity;
    measure.interval_severity = 0;
    const IntervalSums& sum = sums.at(index);
    measure.matrix.add(sum.matrix());
    measure.deviation_size += std::abs(sum.total());
    for (auto& element : elements_) {
      if (element.measure != index) continue;
      const double inside = sum.inside(element.combination);
      element.explained += sum.total() < 0 ? -inside : inside;
    }
  }
  peak_severity_ = std::max(peak_severity_, joint_severity(std::move(severities)));
}

/// Grows while the event lasts; persistence adds at most 30 % of the room above the worst interval.
double OpenGroup::severity() const {
  const double persistence = 1 - std::exp(-(static_cast<double>(anomalous_intervals_) - 1) / 12);
  return peak_severity_ + 0.3 * (100 - peak_severity_) * persistence;
}

MeasureIndex OpenGroup::primary_measure() const {
  MeasureIndex primary = measures_.begin()->first;
  for (const auto& [index, measure] : measures_)
    if (measure.severity_sum > measures_.at(primary).severity_sum) primary = index;
  return primary;
}

std::vector<RootCause> OpenGroup::root_causes(const GroupContext& context) const {
  struct Ranked {
    const GroupElement* element;
    RootCause cause;
  };
  std::vector<Ranked> ranked;
  for (const auto& element : elements_) {
    const auto measure = measures_.find(element.measure);
    if (measure == measures_.end()) continue;
    ranked.push_back({&element,
                      {dimensions_of(context.dictionary, element.combination),
                       context.spec.measures[element.measure].column,
                       clamped_percent(element.explained, measure->second.deviation_size)}});
  }
  std::ranges::sort(ranked, [](const Ranked& a, const Ranked& b) {
    if (a.cause.explained_percent != b.cause.explained_percent)
      return a.cause.explained_percent > b.cause.explained_percent;
    if (a.cause.measure != b.cause.measure) return a.cause.measure < b.cause.measure;
    return a.cause.dimensions < b.cause.dimensions;
  });

  // Of nested combinations the one that explains most stands for all.
  std::vector<Ranked> kept;
  for (auto& candidate : ranked) {
    if (kept.size() == most_root_causes) break;
    if (!kept.empty() && candidate.cause.explained_percent < least_percent_explained) break;
    const bool is_nested = std::ranges::any_of(kept, [&](const Ranked& better) {
      return better.element->measure == candidate.element->measure &&
             are_comparable(better.element->combination, candidate.element->combination);
    });
    if (!is_nested) kept.push_back(std::move(candidate));
  }
  std::vector<RootCause> causes;
  for (auto& [element, cause] : kept) causes.push_back(std::move(cause));
  return causes;
}

std::vector<GroupSeries> OpenGroup::series_table(const GroupContext& context) const {
  std::vector<GroupSeries> table;
  table.reserve(series_.size());
  for (const auto& [ref, record] : series_)
    table.push_back({context.dictionary.key(ref.second, context.spec.measures[ref.first].column),
                     context.grid.start_of(record.first), context.grid.start_of(record.last),
                     context.grid.start_of(record.peak), record.value, record.expected,
                     record.lower, record.upper, record.severity, record.deviation, record.reason});
  std::ranges::sort(table, [](const GroupSeries& a, const GroupSeries& b) {
    if (a.severity != b.severity) return a.severity > b.severity;
    // Of equals the one that says most exactly where.
    if (a.key.dimensions.size() != b.key.dimensions.size())
      return a.key.dimensions.size() > b.key.dimensions.size();
    return a.key < b.key;
  });
  return table;
}

AnomalyGroup OpenGroup::to_group(const GroupContext& context, GroupStatus status) const {
  AnomalyGroup group;
  group.id = id_;
  group.detector = context.spec.name;
  group.start = context.grid.start_of(start_);
  group.end = context.grid.start_of(last_);
  group.status = status;
  group.severity = severity();
  group.primary_measure = context.spec.measures[primary_measure()].column;
  for (const auto& [index, measure] : measures_)
    group.measures.push_back({context.spec.measures[index].column, measure.series_count,
                              measure.severity, measure.matrix.contributions(context.dictionary)});
  std::ranges::sort(group.measures, {}, &GroupMeasure::measure);
  group.root_causes = root_causes(context);
  group.series = series_table(context);
  group.series_total = series_.size() + further_series_.size();
  return group;
}

}  // namespace bellwether::explain
