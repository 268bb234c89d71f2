#include "series_block.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "refit_schedule.hpp"
#include "replay.hpp"
#include "severity.hpp"

namespace bellwether::detect {
namespace {

constexpr float missing = std::numeric_limits<float>::quiet_NaN();
constexpr std::uint64_t scores_per_refitted_value = 4;  // Studied, and lived through again.
constexpr double largest_value = 1e37;                  // Beyond, float arithmetic would overflow.

// What the models take for a value: NaN, infinities and the absurdly large are no values.
float usable(double value) {
  return std::fabs(value) <= largest_value ? static_cast<float>(value) : missing;
}

/// What is shown of a young series, in points seen.
struct Showing {
  unsigned expected_from;
  unsigned severity_from;
};

Showing showing_for(const Cadence& cadence) {
  return cadence.is_daily ? Showing{7, 14} : Showing{16, 64};
}

}  // namespace

SeriesBlock::SeriesBlock(const Cadence& cadence, BlockPlace place)
    : cadence_(&cadence),
      place_(place),
      pools_{KnotPool(std::min(cadence.points_per_day, 96)),
             KnotPool(std::min(cadence.points_per_day, most_daily_knots)),
             KnotPool(std::min(cadence.points_per_week, most_weekly_knots), true),
             KnotPool(7, true)} {}

void SeriesBlock::grow(std::size_t row_count) {
  if (row_count <= lives_.size()) return;
  lives_.resize(row_count);
  arrivals_.resize(row_count);
  traits_.resize(row_count);
  noise_by_hour_.resize(row_count);
  forecasters_.resize(row_count);
  points_.resize(row_count);
  fast_means_.resize(row_count);
  spreads_.resize(row_count);
  drifts_.resize(row_count);
  run_lengths_.resize(row_count);
  days_.resize(row_count);
  gates_.resize(row_count);
  regimes_.resize(row_count);
  clocks_.resize(row_count);
  if (place_.has_patterns) patterns_.resize(row_count);
}

SeriesModel SeriesBlock::model_at(std::size_t row) {
  SeriesModel model{lives_[row],
                    traits_[row],
                    noise_by_hour_[row],
                    forecasters_[row],
                    points_[row],
                    fast_means_[row],
                    spreads_[row],
                    drifts_[row],
                    run_lengths_[row],
                    days_[row],
                    gates_[row],
                    regimes_[row],
                    clocks_[row],
                    {},
                    {},
                    {},
                    patterns_.empty() ? nullptr : &patterns_[row]};
  attach_profiles(model);
  return model;
}

void SeriesBlock::attach_profiles(SeriesModel& model) {
  const Traits& traits = model.traits;
  model.daily = {};
  model.weekly = {};
  model.echo = {};
  if (traits.has_daily()) {
    const auto knots = pools_[traits.daily_pool].knots(traits.daily_slot);
    model.daily = {knots, cadence_->points_per_day, daily_form(knots.count())};
  }
  if (traits.has_weekly()) {
    const auto knots = pools_[traits.weekly_pool].knots(traits.weekly_slot);
    LearningCycle& week = traits.weekly_is_echo ? model.echo : model.weekly;
    week = {knots, cadence_->points_per_week, ProfileForm::steps,
            &pools_[traits.weekly_pool].edges(traits.weekly_slot)};
  }
}

void SeriesBlock::score(const BlockInput& input, const BlockOutput& output) {
  grow(input.values.size());
  forget_old_feedback(input.interval);
  const Phase phase = cadence_->phase_of(input.interval);
  for (std::size_t row = 0; row < input.values.size(); ++row) score_row(row, input, phase, output);
  interval_ = input.interval;
  work_ += input.values.size();
}

Result<void> SeriesBlock::refit(const BlockInput& input, const History& history, RefitLane& lane) {
  HistoryRange range;
  if (auto read = read_history(input, history, lane, range); !read) return read;
  for (std::size_t row = 0; row < input.values.size(); ++row)
    if (is_due(row, input)) refit_row(row, input, range, lane);
  return ok();
}

bool SeriesBlock::is_due(std::size_t row, const BlockInput& input) const {
  const Lifetime& life = lives_[row];
  return life.is_born() && life.age_at(input.interval) >= life.refit_age &&
         input.source == SourceHealth::healthy && std::isfinite(usable(input.values[row]));
}

Result<void> SeriesBlock::read_history(const BlockInput& input, const History& history,
                                       RefitLane& lane, HistoryRange& range) {
  std::size_t first_row = SIZE_MAX;
  std::size_t last_row = 0;
  IntervalIndex from = input.interval;
  for (std::size_t row = 0; row < input.values.size(); ++row) {
    if (!is_due(row, input)) continue;
    first_row = std::min(first_row, row);
    last_row = row;
    from = std::min(from, std::max(lives_[row].birth, input.interval - most_history + 1));
  }
  if (first_row == SIZE_MAX) return ok();
  range = {.measure = place_.measure,
           .first_series = place_.first_series + first_row,
           .series_count = last_row - first_row + 1,
           .from = from,
           .to = input.interval};
  lane.history.resize(range.series_count * range.interval_count());
  return history.read(range, lane.history);
}

void SeriesBlock::score_row(std::size_t row, const BlockInput& input, Phase phase,
                            const BlockOutput& output) {
  if (std::isnan(input.values[row])) {
    miss_row(row, input, phase, output);
    return;
  }
  arrivals_[row].report();
  SeriesModel model = model_at(row);
  const Occasion occasion{.interval = input.interval, .phase = phase};
  const float value = usable(input.values[row]);
  if (!std::isfinite(value) || input.source != SourceHealth::healthy) {
    show(row, model, model.life.is_born() ? expect_only(model, *cadence_, occasion) : PointScore{},
         {.value = input.values[row]}, input, output);
    return;
  }
  if (!model.life.is_born()) {
    model.life.birth = input.interval;
    model.life.refit_at(first_refit_age(*cadence_, turn_of(place_.number)));
  }
  const PointScore score = score_value(model, occasion, value);
  show(row, model, score, {.value = input.values[row], .is_scored = true, .is_judged = true}, input,
       output);
}

PointScore SeriesBlock::score_value(SeriesModel& model, const Occasion& occasion, float value) {
  const PointScore score = score_and_learn(model, *cadence_, occasion, value);
  if (model.life.wish != RefitWish::none) grant_wish(model.life, occasion.interval);
  return score;
}

// A refit that is not waiting for its time.
void SeriesBlock::grant_wish(Lifetime& life, IntervalIndex interval) const {
  const std::int64_t age = life.age_at(interval);
  const RefitTurn turn = turn_of(place_.number);
  std::int64_t due = life.refit_age;
  if (life.wish == RefitWish::after_clock_change) {
    due = refit_age_after_clock_change(age, *cadence_, turn);
  } else if (cadence_->has_day() && age > std::int64_t{4} * cadence_->points_per_day) {
    due = refit_age_after_shift(age, *cadence_, turn);
  }
  life.wish = RefitWish::none;
  if (due < life.refit_age) life.refit_at(due);
}

void SeriesBlock::show(std::size_t row, const SeriesModel& model, const PointScore& score,
                       const Sighting& sighting, const BlockInput& input,
                       const BlockOutput& output) {
  const std::size_t series = place_.first_series + row;
  const Showing showing = showing_for(*cadence_);
  // A value counts as seen by the time it is shown.
  const unsigned seen = model.life.points_seen - (sighting.is_scored ? 1 : 0);
  float expected = missing;
  float lower = missing;
  float upper = missing;
  float scale = missing;
  float severity = missing;
  if (model.life.is_born() && seen >= showing.expected_from) {
    const Transform& transform = model.traits.transform;
    expected = transform.invert(score.expected);
    upper = transform.invert(score.expected + score.scale * model.point.upper_bound());
    lower = transform.invert(score.expected - score.scale * model.point.lower_bound());
    scale = score.scale / transform.slope_at(expected);
    if (sighting.is_judged && seen >= showing.severity_from)
      severity = severity_of(listened(model, score, row, sighting.value, input.interval));
  }
  ScoredColumn& column = output.column;
  column.expected[series] = expected;
  column.lower[series] = lower;
  column.upper[series] = upper;
  column.scale[series] = scale;
  column.severity[series] = severity;

  if (severity >= input.threshold && input.interval - model.life.birth >= input.quiet_intervals) {
    output.anomalies.push_back({.measure = place_.measure,
                                .series = static_cast<SeriesIndex>(series),
                                .value = sighting.value,
                                .expected = expected,
                                .lower = lower,
                                .upper = upper,
                                .severity = severity,
                                .reason = score.reason});
  }
}

void SeriesBlock::show_nothing(std::size_t row, ScoredColumn& column) const {
  const std::size_t series = place_.first_series + row;
  for (auto* scores :
       {&column.expected, &column.lower, &column.upper, &column.scale, &column.severity}) {
    (*scores)[series] = missing;
  }
}

void SeriesBlock::refit_row(std::size_t row, const BlockInput& input, const HistoryRange& range,
                            RefitLane& lane) {
  SeriesModel model = model_at(row);
  const std::int64_t age = model.life.age_at(input.interval);
  model.life.refit_at(next_refit_age(age, *cadence_, turn_of(place_.number)));

  const auto length = static_cast<std::size_t>(std::min(age, most_history));
  work_ += scores_per_refitted_value * length;
  const std::size_t columns = range.interval_count();
  const std::size_t read_row = place_.first_series + row - range.first_series;
  const auto stored = std::span(lane.history).subspan(read_row * columns, columns).last(length - 1);
  lane.values.assign(stored.begin(), stored.end());
  for (float& value : lane.values) value = usable(value);
  lane.values.push_back(usable(input.values[row]));

  const SeriesHistory past{.values = lane.values,
                           .first = input.interval - static_cast<std::int64_t>(length) + 1};
  const Told told = listen(row, past.first, lane);
  const Beliefs beliefs{.transform = model.traits.transform.kind,
                        .season = {model.traits.has_daily(), model.traits.has_tested_week()},
                        .clock_switch = model.clock.pending_switch(),
                        .switched_at = model.clock.switched_at()};
  if (!lane.historian.study(past, beliefs, *cadence_)) return;
  Study& study = lane.historian.result();
  install(model, study);
  replay(model, *cadence_, past, study, told);
  if (!feedback_.is_empty()) feedback_.learn_kinds(row, past.first, told.distances);
}

void SeriesBlock::install(SeriesModel& model, Study& study) {
  Traits& traits = model.traits;
  release_profiles(traits);
  traits.transform = study.transform;
  traits.counts = study.counts;
  traits.cycles = study.season.cycles;
  if (study.season.daily.exists()) {
    const PoolIndex pool = daily_pool_for(study.season.daily.knot_count);
    traits.daily_pool = pool;
    traits.daily_slot = put_knots(pool, study.season.daily.span());
  }
  if (study.season.weekly.exists()) {
    const PoolIndex pool = weekly_pool_for(study.season.weekly.knot_count);
    traits.weekly_pool = pool;
    traits.weekly_slot = put_knots(pool, study.season.weekly.span());
    traits.weekly_is_echo = study.season.weekly_is_echo;
    pools_[pool].edges(traits.weekly_slot) = study.season.weekly.edges;
  }
  model.noise_by_hour = study.noise_by_hour;
  attach_profiles(model);
}

std::uint8_t SeriesBlock::put_knots(PoolIndex pool, std::span<const float> knots) {
  const std::uint8_t slot = pools_[pool].add();
  pools_[pool].knots(slot).assign(PlainKnots(knots));
  return slot;
}

void SeriesBlock::release_profiles(Traits& traits) {
  const Traits before = traits;
  traits.daily_slot = traits.weekly_slot = Traits::no_slot;
  if (before.has_daily()) release_slot(before.daily_pool, before.daily_slot);
  if (before.has_weekly()) release_slot(before.weekly_pool, before.weekly_slot);
}

// A pool has no gaps: its last profile takes the place that is free, and its owner is told.
void SeriesBlock::release_slot(std::uint8_t pool, std::uint8_t slot) {
  const std::uint8_t moved = pools_[pool].remove(slot);
  for (Traits& owner : traits_) {
    if (owner.daily_pool == pool && owner.daily_slot == moved) owner.daily_slot = slot;
    if (owner.weekly_pool == pool && owner.weekly_slot == moved) owner.weekly_slot = slot;
  }
}

SeriesBlock::PoolIndex SeriesBlock::daily_pool_for(int knot_count) const {
  return static_cast<std::size_t>(knot_count) == pools_[daily_coarse].knot_count() ? daily_coarse
                                                                                   : daily_fine;
}

SeriesBlock::PoolIndex SeriesBlock::weekly_pool_for(int knot_count) const {
  return static_cast<std::size_t>(knot_count) == pools_[weekly_fine].knot_count() ? weekly_fine
                                                                                  : weekly_days;
}

std::size_t SeriesBlock::born_series() const {
  return static_cast<std::size_t>(
      std::count_if(lives_.begin(), lives_.end(), [](const auto& life) { return life.is_born(); }));
}

std::size_t SeriesBlock::state_bytes() const {
  const auto column_bytes = [](const auto&... columns) {
    return (... + (columns.capacity() * sizeof(columns[0])));
  };
  std::size_t bytes = sizeof *this;
  bytes +=
      column_bytes(lives_, arrivals_, traits_, noise_by_hour_, forecasters_, points_, fast_means_,
                   spreads_, drifts_, run_lengths_, days_, gates_, regimes_, clocks_, patterns_);
  for (const KnotPool& pool : pools_) bytes += pool.bytes();
  bytes += feedback_.bytes();
  return bytes;
}

void SeriesBlock::forget(std::size_t row) {
  if (row >= lives_.size()) return;
  release_profiles(traits_[row]);
  traits_[row] = Traits();
  lives_[row] = Lifetime();
  arrivals_[row] = ArrivalModel();
  noise_by_hour_[row] = ScaleProfile();
  forecasters_[row] = Forecaster();
  points_[row] = PointChannel();
  fast_means_[row] = FastMeanChannel();
  spreads_[row] = SpreadChannel();
  drifts_[row] = DriftChannel();
  run_lengths_[row] = RunLengthChannel();
  days_[row] = UnusualDayChannel();
  gates_[row] = EventGate();
  regimes_[row] = RegimeMemory();
  clocks_[row] = ClockChange();
  if (place_.has_patterns) patterns_[row] = PatternChannel();
  feedback_.remove([&](const FeedbackNote& note) { return note.row == row; },
                   [](const FeedbackNote&) {});
}

}  // namespace bellwether::detect
