#include "absence.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "series_block.hpp"
#include "severity.hpp"

namespace bellwether::detect {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// The reports after which a series can be said to report nearly always.
unsigned reports_to_trust(const Cadence& cadence) { return cadence.is_daily ? 14 : 48; }

/// How long a part of the source may be away until it is taken to be gone.
int patience(const Cadence& cadence) {
  return std::max(cadence.hold_points, cadence.points_per_day);
}

/// What is shorter is no end, however reliable the series was: a job that ran twice too late.
std::uint32_t shortest_stop(const Cadence& cadence) {
  return static_cast<std::uint32_t>(std::max(3, cadence.hold_points / 4));
}

PointScore as_stop(PointScore score, float evidence) {
  score.evidence = evidence;
  score.reason = Reason::stopped_reporting;
  return score;
}

}  // namespace

AbsenceRule absence_rule(OnMissing on_missing, Aggregate aggregate) {
  // Under `zero` sums and counts are never absent, and of the others nothing was said.
  if (on_missing != OnMissing::automatic) return AbsenceRule::gap;
  const bool is_additive = aggregate == Aggregate::sum || aggregate == Aggregate::count;
  return is_additive ? AbsenceRule::zero : AbsenceRule::watch;
}

void SeriesBlock::miss_row(std::size_t row, const BlockInput& input, Phase phase,
                           const BlockOutput& output) {
  show_nothing(row, output.column);
  if (!lives_[row].is_born()) return;
  ArrivalModel& arrivals = arrivals_[row];
  if (input.source == SourceHealth::healthy) {
    arrivals.miss();
  } else {
    arrivals.miss_in_outage(input.source == SourceHealth::partial, patience(*cadence_));
  }
  if (input.idle_limit > 0 && arrivals.idle() >= input.idle_limit) {
    forget(row);
  } else if (!arrivals.is_asleep()) {
    judge_absence(row, input, phase, output);
  }
}

void SeriesBlock::judge_absence(std::size_t row, const BlockInput& input, Phase phase,
                                const BlockOutput& output) {
  SeriesModel model = model_at(row);
  ArrivalModel& arrivals = arrivals_[row];
  const Occasion occasion{.interval = input.interval, .phase = phase};
  const auto show_gap = [&] {
    show(row, model, expect_only(model, *cadence_, occasion), {}, input, output);
  };
  if (input.source != SourceHealth::healthy) return show_gap();

  const float evidence = arrivals.evidence();
  const bool has_stopped = arrivals.silence() >= shortest_stop(*cadence_) &&
                           evidence >= std::max(alarming_evidence, evidence_for(input.threshold));
  const bool is_told =
      input.on_absence != AbsenceRule::gap && arrivals.is_regular(reports_to_trust(*cadence_));
  // A shift is held for as long: then the model would take the end of the series for its new level.
  // Until then zeros keep what else was moved, the roll-ups, one event with it.
  const bool is_zero = is_told && input.on_absence == AbsenceRule::zero;
  const bool is_long = arrivals.silence() >= static_cast<std::uint32_t>(cadence_->hold_points);
  const bool is_over = is_zero ? is_long && (has_stopped || model.gate.is_holding()) : has_stopped;
  if (is_told && is_over) {
    const PointScore score = as_stop(expect_only(model, *cadence_, occasion), evidence);
    show(row, model, score, {.value = is_zero ? 0 : missing, .is_judged = true}, input, output);
  } else if (is_zero) {
    PointScore score = score_value(model, occasion, 0);
    if (arrivals.knows_gaps()) score.evidence = std::min(score.evidence, evidence);
    show(row, model, score, {.value = 0, .is_scored = true, .is_judged = true}, input, output);
  } else if (!is_over) {
    show_gap();
  }
  if (is_over) arrivals.sleep();
}

const ArrivalModel& SeriesBlock::arrivals(std::size_t row) const {
  static const ArrivalModel unknown;
  return row < arrivals_.size() ? arrivals_[row] : unknown;
}

}  // namespace bellwether::detect
