#include "series_model.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "feedback_memory.hpp"
#include "severity.hpp"

namespace bellwether::detect {
namespace {

/// The channels' evidence for one point.
struct Findings {
  Evidence point;
  Evidence fast_mean;
  DriftEvidence drift;
  Evidence spread;
  float run_length = 0;
  float day = 0;

  float loudest() const {
    return std::max({point.value, fast_mean.value, drift.value, spread.value});
  }
};

constexpr float familiar_evidence = 3.5F;  // A known level is no news.
constexpr unsigned trusted_points = 64;
constexpr float young_evidence = 4;

Phase local_phase(const SeriesModel& model, const Cadence& cadence, const Occasion& occasion) {
  const int shift =
      occasion.is_live ? model.clock.shift() : model.clock.shift_at(occasion.interval);
  return shift == 0 ? occasion.phase : cadence.moved(occasion.phase, shift);
}

float season_at(const SeriesModel& model, Phase phase) {
  return model.daily.at(phase.day) + model.weekly.at(phase.week);
}

// Takes off what a hypothesis explains, if the value is nearer to it. Gives what was taken off.
float excuse(Point& point, float explained) {
  const float distance = point.residual - point.forecast.level;
  if (std::fabs(distance - explained) >= std::fabs(distance)) return 0;
  point.residual -= explained;
  point.forecast.season += explained;
  return explained;
}

// What stood out at this time a week ago is no news when it does so again.
void heed_echo(const SeriesModel& model, Phase phase, Point& point) {
  if (model.echo.exists()) excuse(point, model.echo.at(phase.week));
}

// Nor is what an hour explains, once people are suspected of having set their clocks.
void heed_clock(const SeriesModel& model, const Cadence& cadence, Phase phase, Point& point) {
  const int shift = model.clock.suspected_shift(cadence);
  if (shift == 0) return;
  const Phase moved = cadence.moved(phase, shift);
  point.excused_by_clock = excuse(point, season_at(model, moved) - season_at(model, phase));
}

float noise_at(const SeriesModel& model, const Cadence& cadence, Phase phase) {
  return model.daily.exists() ? model.noise_by_hour.at(cadence.day_slot(phase)) : 1.0F;
}

Point look_at(SeriesModel& model, const Cadence& cadence, Phase phase, const Occasion& occasion,
              float value) {
  Point point;
  point.value = value;
  point.points_seen = model.life.points_seen;
  const float season = season_at(model, phase);
  point.residual = model.traits.transform.apply(value) - season;
  if (point.points_seen == 0) {
    model.forecaster.begin(point.residual, value);
    model.drift.begin(point.residual);
  }
  model.forecaster.observe_value(value, point.warm_up_gain());
  point.forecast =
      model.forecaster.predict(season, noise_at(model, cadence, phase), model.traits.transform);
  heed_echo(model, phase, point);
  if (occasion.is_live) heed_clock(model, cadence, phase, point);
  const float widening =
      model.gate.horizon(point.forecast.wander) * model.gate.freshness_factor(cadence);
  if (point.points_seen >= 8) {
    point.z = (point.residual - point.forecast.level) / (point.forecast.scale * widening);
    point.z *= occasion.in_sample;
  }
  return point;
}

// A level that drifts back to where it was before an event is no news: the event has ended.
void come_home(SeriesModel& model, const Cadence& cadence, const Point& point, Findings& found) {
  const auto level = found.drift.drifted_level();
  if (!level || !model.regimes.is_home(*level, point.forecast.base_scale)) return;
  model.regimes.come_home();
  model.drift.set_level(*level, point.forecast.base_scale);
  model.day.accept_level(*level, cadence);
  found.drift = {};
}

Findings gather(SeriesModel& model, const Cadence& cadence, const Point& point) {
  Findings found;
  found.point = model.point.observe(point, model.traits.counts, model.traits.transform);
  const float distance = std::fabs(point.z);
  if (!model.gate.is_holding()) {
    model.fast_mean.remember();
    model.spread.remember();
  }
  const bool came_back = model.gate.is_holding() && distance < 3 && found.point.raw < 3;
  if (came_back && model.gate.began_with_a_point() && model.fast_mean.recall_if_quieter(point)) {
    model.spread.recall();
  }
  found.fast_mean = model.fast_mean.observe(point);
  found.spread = model.spread.observe(point);
  found.drift = model.drift.observe(point, model.forecaster.steadiness(), cadence);
  come_home(model, cadence, point, found);
  if (model.gate.is_fresh()) {
    found.drift.value *= 0.6F;
    found.spread.value *= 0.7F;
  }

  const bool is_outlying = model.gate.is_holding() || found.loudest() >= alarming_evidence ||
                           (found.point.raw >= alarming_evidence && distance > 4);
  if (cadence.has_day() && (point.is_warming_up() || !is_outlying)) {
    found.day = model.day.observe(point, cadence, model.gate.is_fresh());
  }
  return found;
}

void learn_statistics(SeriesModel& model, const Cadence& cadence, const Point& point,
                      const Findings& found) {
  const bool learnt = model.point.learn(point, found.point.raw, model.gate.is_holding());
  model.fast_mean.learn(point, found.fast_mean.raw, learnt);
  model.spread.learn(point, found.spread.raw, learnt);
  model.drift.learn_statistic(point, found.drift);
  if (const auto left = model.drift.settle_in(point, found.drift, cadence)) {
    model.regimes.leave(*left, point.forecast.base_scale);
  }
}

// What a person called normal although no single value of it was far off is counted where it was
// seen. Values far off are known by their distance (FeedbackMemory): counted, they would widen the
// bounds until the model took the like of them for its own and learnt from it.
void learn_as_told(SeriesModel& model, const Point& point, const Findings& found,
                   const Occasion& occasion) {
  if (std::fabs(point.z) <= told_by_distance) {
    model.fast_mean.learn_as_told(occasion.told_normal);
    model.spread.learn_as_told(occasion.told_normal);
    model.drift.learn_as_told(found.drift, occasion.told_normal);
  }
  if (!occasion.is_told_level) return;
  // Both ends of the way there and back become known.
  model.regimes.learn_as_told(point.residual, point.forecast.scale);
  model.regimes.learn_as_told(point.forecast.level, point.forecast.scale);
}

// The strongest channel speaks; a second one that agrees adds a little.
Verdict combine(const Findings& found, bool is_familiar) {
  const std::array<std::pair<float, Reason>, 5> voices{{
      {found.point.value, Reason::unusual_value},
      {found.fast_mean.value, Reason::sustained_shift},
      {found.drift.value, Reason::drift},
      {found.spread.value, Reason::unusual_spread},
      {found.run_length, Reason::frozen},
  }};
  Verdict verdict;
  for (const auto& [evidence, reason] : voices) {
    verdict.raise(is_familiar ? std::min(evidence, familiar_evidence) : evidence, reason);
  }
  if (!is_familiar && verdict.evidence > 2 && verdict.evidence < 8) {
    float second = 0;
    for (const auto& [evidence, reason] : voices) {
      if (reason != verdict.reason) second = std::max(second, evidence);
    }
    verdict.evidence += 0.2F * std::max(0.0F, second - 1.5F);
  }
  return verdict;
}

bool is_to_be_frozen(const SeriesModel& model, const Point& point, const Findings& found,
                     const Verdict& verdict) {
  const bool is_far = found.point.raw >= 7 && std::fabs(point.z) > 4;
  return (verdict.evidence >= alarming_evidence || is_far) && !point.is_warming_up() &&
         !model.point.is_over_budget() && verdict.reason != Reason::frozen;
}

void accept(SeriesModel& model, const Cadence& cadence, const Point& point,
            EventGate::Outcome outcome, bool is_known_level) {
  if (outcome == EventGate::Outcome::spread_change) {
    const float spread = model.spread.spread() / SpreadChannel::usual_spread;
    model.forecaster.widen(std::clamp(spread, 1.0F, 4.0F));
  } else {
    const float level = model.gate.held_level();
    const bool is_home = model.regimes.is_home(level, point.forecast.base_scale);
    model.regimes.leave(point.forecast.level, point.forecast.scale);
    if (is_home) model.regimes.come_home();
    model.forecaster.set_level(level);
    model.drift.set_level(level, point.forecast.base_scale);
    model.day.accept_level(level, cadence);
    model.gate.begin_fresh_regime(cadence);
  }
  model.fast_mean.settle();
  model.spread.settle();
  if (is_known_level) {
    model.regimes.stay_familiar();
  } else {
    model.life.wish = RefitWish::after_shift;
  }
}

/// True when the model was held still and nothing more is to be learnt.
bool hold(SeriesModel& model, const Cadence& cadence, const Point& point, Reason reason,
          bool is_known_level) {
  const auto outcome =
      model.gate.hold(point, model.spread.spread(), is_known_level, reason, cadence);
  if (outcome == EventGate::Outcome::held) return true;
  accept(model, cadence, point, outcome, is_known_level);
  return false;
}

void nudge_profiles(SeriesModel& model, const Point& point, Phase phase) {
  if (!model.daily.exists() && !model.weekly.exists()) return;
  const bool is_fresh = model.gate.is_fresh();
  const float limit = (is_fresh ? 8.0F : 3.0F) * point.forecast.scale;
  const float error =
      std::clamp(point.residual - model.forecaster.profile_reference(), -limit, limit);
  if (model.daily.exists()) {
    const float gain = std::max(is_fresh ? 0.25F : 0.05F, 1 / (model.traits.cycles + 1));
    const float density = model.daily.density();
    const float share = density < 1 ? std::min(1.0F, 1.5F * density) : 1.0F;
    model.daily.nudge(phase.day, gain * share * error);
  }
  if (model.weekly.exists()) {
    model.weekly.nudge(phase.week, 0.08F * std::min(1.0F, 2 * model.weekly.density()) * error);
  }
}

void learn(SeriesModel& model, const Cadence& cadence, const Point& point, Phase phase,
           float in_sample) {
  model.forecaster.learn(point.residual, point.forecast, point.points_seen, in_sample);
  model.drift.follow(point, cadence);
  nudge_profiles(model, point, phase);
}

void watch_the_clock(SeriesModel& model, const Cadence& cadence, const Occasion& occasion,
                     const Point& point) {
  if (!occasion.is_live || model.gate.is_holding()) return;
  const bool has_switched = model.clock.observe(point, occasion.interval, occasion.phase,
                                                model.daily, model.weekly, cadence);
  if (!has_switched) return;
  model.gate.settle();
  model.fast_mean.settle();
  model.spread.settle();
  model.life.wish = RefitWish::after_clock_change;
}

}  // namespace

PointScore score_and_learn(SeriesModel& model, const Cadence& cadence, const Occasion& occasion,
                           float value) {
  const Phase phase = local_phase(model, cadence, occasion);
  const Point point = look_at(model, cadence, phase, occasion, value);
  const auto regime = model.regimes.recognise(point.residual, point.z, point.forecast.scale);
  Findings found = gather(model, cadence, point);
  learn_statistics(model, cadence, point, found);
  if (occasion.told_normal > 0) learn_as_told(model, point, found, occasion);
  found.run_length =
      model.run_length.observe(point, std::max(cadence.points_per_day, 3 * cadence.hold_points));

  Verdict verdict = combine(found, regime.is_familiar);
  if (point.points_seen < trusted_points) {
    verdict.evidence = std::min(verdict.evidence, young_evidence);
  }
  bool is_held = false;
  if (is_to_be_frozen(model, point, found, verdict)) {
    is_held = hold(model, cadence, point, verdict.reason, regime.is_here);
  } else {
    model.gate.release(point);
  }
  if (!is_held) learn(model, cadence, point, phase, occasion.in_sample);
  model.life.count_point();
  watch_the_clock(model, cadence, occasion, point);

  if (point.points_seen >= trusted_points) {
    verdict.raise(found.day, Reason::unusual_day);
  }
  if (model.pattern != nullptr) {
    verdict.raise(model.pattern->observe(point, verdict.evidence, cadence),
                  Reason::unusual_pattern);
  }
  return {point.forecast.expected(), point.forecast.scale, verdict.evidence, verdict.reason};
}

PointScore expect_only(const SeriesModel& model, const Cadence& cadence, const Occasion& occasion) {
  const Phase phase = local_phase(model, cadence, occasion);
  const Forecast forecast = model.forecaster.peek(
      season_at(model, phase), noise_at(model, cadence, phase), model.traits.transform);
  return {forecast.expected(), forecast.scale, 0, Reason::none};
}

void restart(SeriesModel& model) {
  model.life.points_seen = 0;
  model.forecaster = Forecaster();
  model.point.restart();
  model.fast_mean.restart();
  model.spread.restart();
  model.drift.restart();
  model.run_length.restart();
  model.day.restart();
  model.gate.restart();
  model.regimes.restart();
}

}  // namespace bellwether::detect
