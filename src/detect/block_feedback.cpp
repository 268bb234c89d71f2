#include <algorithm>
#include <limits>

#include "historian.hpp"
#include "series_block.hpp"

namespace bellwether::detect {
namespace {

constexpr float missing = std::numeric_limits<float>::quiet_NaN();
constexpr double forgotten_after = 6;  // Half-lives: an offset is then below 0.01.

}  // namespace

void SeriesBlock::teach(const Lesson& lesson, const LessonTarget& target, std::size_t wait) {
  const std::size_t row = target.series - place_.first_series;
  if (row >= lives_.size() || !lives_[row].is_born()) return;
  const FeedbackNote note{.row = static_cast<std::uint8_t>(row),
                          .is_anomaly = lesson.teaching == Teaching::anomaly,
                          .wait = static_cast<std::uint16_t>(std::min<std::size_t>(
                              wait, std::numeric_limits<std::uint16_t>::max())),
                          .feedback = lesson.feedback,
                          .from = lesson.from,
                          .until = lesson.until,
                          .first = target.first,
                          .last = target.last};
  feedback_.add(note);
  schedule_refit(row, lesson.from + note.wait);
}

void SeriesBlock::unteach(const Lesson& lesson) {
  feedback_.remove(
      [&](const FeedbackNote& note) { return note.feedback == lesson.feedback; },
      [&](const FeedbackNote& note) { schedule_refit(note.row, lesson.from + note.wait); });
}

// What has expired is unlearnt by a refit; what nobody would notice any more just goes.
void SeriesBlock::forget_old_feedback(IntervalIndex interval) {
  if (feedback_.is_empty()) return;
  feedback_.remove(
      [&](const FeedbackNote& note) { return note.until <= interval; },
      [&](const FeedbackNote& note) { schedule_refit(note.row, interval + note.wait); });
  feedback_.remove(
      [&](const FeedbackNote& note) {
        const auto age = static_cast<double>(interval - note.from);
        return age > forgotten_after * cadence_->points_per_90_days &&
               note.last < interval - most_history;
      },
      [](const FeedbackNote&) {});
}

// Evidence as it is shown, once people were listened to; the model itself goes by its own.
float SeriesBlock::listened(const SeriesModel& model, const PointScore& score, std::size_t row,
                            double value, IntervalIndex interval) const {
  if (feedback_.is_empty()) return score.evidence;
  const float transformed = model.traits.transform.apply(static_cast<float>(value));
  return feedback_.adjusted(score.evidence, {transformed - score.expected, score.scale}, row,
                            interval, cadence_->points_per_90_days);
}

void SeriesBlock::schedule_refit(std::size_t row, IntervalIndex interval) {
  Lifetime& life = lives_[row];
  const std::int64_t age = life.age_at(interval);
  if (age < life.refit_age) life.refit_at(age);
}

// Values that a person called an anomaly are gaps to a refit: nothing learns from them.
Told SeriesBlock::listen(std::size_t row, IntervalIndex first, RefitLane& lane) const {
  if (!feedback_.words_on(row, first, lane.values.size(), lane.words)) return {};
  for (std::size_t i = 0; i < lane.values.size(); ++i) {
    if (lane.words[i] == Word::anomaly) lane.values[i] = missing;
  }
  lane.told.assign(lane.values.size(), 0);
  return {lane.words, lane.told};
}

}  // namespace bellwether::detect
