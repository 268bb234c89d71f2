#include "replay.hpp"

#include <algorithm>
#include <cstddef>

#include "robust.hpp"

namespace bellwether::detect {

namespace {

// An event that a person called normal counts this often in a channel's past, shared among its
// points: were it each of them, a long event would hide all that is smaller, and larger too.
constexpr int weight_of_a_word = 10;

int weight_at(std::span<const Word> words, std::size_t at, int weight_before) {
  if (words.empty() || words[at] != Word::normal) return 0;
  if (weight_before > 0) return weight_before;
  const auto end = std::find_if(words.begin() + static_cast<std::ptrdiff_t>(at), words.end(),
                                [](Word word) { return word != Word::normal; });
  const auto length = end - words.begin() - static_cast<std::ptrdiff_t>(at);
  return std::max(1, weight_of_a_word / static_cast<int>(length));
}

}  // namespace

void replay(SeriesModel& model, const Cadence& cadence, const SeriesHistory& history,
            const Study& study, std::span<const Word> words) {
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
    occasion.told_normal = weight_at(words, i, occasion.told_normal);
    if (is_present(history.values[i]) && (study.masked[i] == 0 || occasion.told_normal > 0)) {
      score_and_learn(model, cadence, occasion, history.values[i]);
    }
    ++occasion.interval;
    occasion.phase = cadence.next(occasion.phase);
  }
  model.life.wish = RefitWish::none;
  model.clock.absorbed(history.first);
}

}  // namespace bellwether::detect
