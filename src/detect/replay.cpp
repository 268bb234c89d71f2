#include "replay.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "robust.hpp"

namespace bellwether::detect {
namespace {

// An event that a person called normal counts this often in a channel's past, shared among its
// points: were it each of them, a long event would hide all others.
constexpr int weight_of_a_word = 10;

// How many points on end, from this one on, were called normal.
int told_run(std::span<const Word> words, std::size_t at) {
  const auto begin = words.begin() + static_cast<std::ptrdiff_t>(at);
  return static_cast<int>(
      std::find_if(begin, words.end(), [](Word word) { return word != Word::normal; }) - begin);
}

void listen(std::span<const Word> words, std::size_t at, const Cadence& cadence,
            Occasion& occasion) {
  if (words.empty() || words[at] != Word::normal) {
    occasion.told_normal = 0;
  } else if (occasion.told_normal == 0) {
    const int run = told_run(words, at);
    occasion.told_normal = std::max(1, weight_of_a_word / run);
    occasion.is_told_level = run >= cadence.hold_points;
  }
}

}  // namespace

void replay(SeriesModel& model, const Cadence& cadence, const SeriesHistory& history,
            const Study& study, const Told& told) {
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

  if (model.pattern != nullptr) model.pattern->restart(start.mean, start.spread);

  // The profiles have seen these points before: their errors are smaller than those to come.
  const Season& season = study.season;
  const float daily_factor = season.daily.exists() ? 1 + 0.5F / season.cycles : 1.0F;
  Occasion occasion{.interval = history.first,
                    .phase = cadence.phase_of(history.first),
                    .is_live = false,
                    .in_sample = daily_factor / season.shrinkage_of_weekly()};
  for (std::size_t i = 0; i < history.values.size(); ++i) {
    listen(told.words, i, cadence, occasion);
    const bool is_told_normal = occasion.told_normal > 0;
    const float value = history.values[i];
    if (is_present(value) && (study.masked[i] == 0 || is_told_normal)) {
      const PointScore score = score_and_learn(model, cadence, occasion, value);
      const float distance = study.transform.apply(value) - score.expected;
      if (is_told_normal && std::fabs(distance) > told_by_distance * score.scale)
        told.distances[i] = distance;
    }
    ++occasion.interval;
    occasion.phase = cadence.next(occasion.phase);
  }
  model.life.wish = RefitWish::none;
  model.clock.absorbed(history.first);
}

}  // namespace bellwether::detect
