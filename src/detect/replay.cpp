#include "replay.hpp"

#include "robust.hpp"

namespace bellwether::detect {

void replay(SeriesModel& model, const Cadence& cadence, const SeriesHistory& history,
            const Study& study) {
  restart(model);
  const Start& start = study.start;
  if (start.is_known) {
    model.forecaster.begin_from_history(start.level, start.error, start.slow_error, start.mean,
                                        start.spread);
    model.drift.begin(start.level);
    model.life.points_seen = replay_begins_at;
  } else {
    model.forecaster.set_typical(start.mean, start.spread);
  }

  // The profiles have seen these points before: their errors are smaller than those to come.
  const Season& season = study.season;
  const float daily_factor = season.daily.exists() ? 1 + 0.5F / season.cycles : 1.0F;
  Occasion occasion{.interval = history.first,
                    .phase = cadence.phase_of(history.first),
                    .is_live = false,
                    .in_sample = daily_factor / season.shrinkage_of_weekly()};
  for (std::size_t i = 0; i < history.values.size(); ++i) {
    if (is_present(history.values[i]) && study.masked[i] == 0) {
      score_and_learn(model, cadence, occasion, history.values[i]);
    }
    ++occasion.interval;
    occasion.phase = cadence.next(occasion.phase);
  }
  model.life.wish = RefitWish::none;
  model.clock.absorbed(history.first);
}

}  // namespace bellwether::detect
