#include "lesson_maker.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "bellwether/base/ids.hpp"

namespace bellwether::pipeline {
namespace {

using Targets = std::vector<LessonTarget>;

/// A series as the models know it.
struct Place {
  MeasureIndex measure = 0;
  std::vector<ValueId> combination;
};

std::optional<Place> find_place(const LessonContext& context, const SeriesKey& key) {
  const auto& measures = context.spec.measures;
  const auto measure = std::ranges::find(measures, key.measure, &MeasureSpec::column);
  if (measure == measures.end()) return std::nullopt;
  Place place{static_cast<MeasureIndex>(measure - measures.begin()),
              std::vector<ValueId>(context.dictionary.dimension_count(), any_value)};
  for (const auto& [name, text] : key.dimensions) {
    const auto dimension = context.dictionary.dimension_named(name);
    if (!dimension) return std::nullopt;
    const auto value = context.dictionary.find_value(*dimension, text);
    if (!value) return std::nullopt;
    place.combination[*dimension] = *value;
  }
  return place;
}

/// The series itself, with the intervals in which the group holds it.
void add_series(const LessonContext& context, const GroupSeries& series, Targets& targets) {
  const auto place = find_place(context, series.key);
  if (!place) return;
  const auto index = context.dictionary.find_series(place->combination);
  if (!index || *index >= context.series_count) return;
  targets.push_back({place->measure, *index, context.grid.index_of(series.first),
                     context.grid.index_of(series.last)});
}

bool is_below(std::span<const ValueId> combination, const Place& place) {
  for (std::size_t d = 0; d < combination.size(); ++d)
    if (place.combination[d] != any_value && place.combination[d] != combination[d]) return false;
  return true;
}

/// Everything below a series, with its intervals; those the group holds themselves have their own.
void add_descendants(const LessonContext& context, const GroupSeries& root,
                     const AnomalyGroup& group, Targets& targets) {
  const auto place = find_place(context, root.key);
  if (!place) return;
  Targets own;
  for (const GroupSeries& series : group.series)
    if (series.key.measure == root.key.measure) add_series(context, series, own);
  std::ranges::sort(own, {}, &LessonTarget::series);
  const LessonTarget pattern{place->measure, 0, context.grid.index_of(root.first),
                             context.grid.index_of(root.last)};
  for (SeriesIndex series = 0; series < context.series_count; ++series) {
    if (!is_below(context.dictionary.combination(series), *place)) continue;
    const auto known = std::ranges::lower_bound(own, series, {}, &LessonTarget::series);
    LessonTarget target = known != own.end() && known->series == series ? *known : pattern;
    target.series = series;
    targets.push_back(target);
  }
}

/// The series that was named. A large group does not keep all of its series: then it is looked for
/// among all of the detector's, and stands for the whole of the group's time.
std::optional<GroupSeries> find_named(const LessonContext& context, const AnomalyGroup& group,
                                      const std::string& id) {
  for (const GroupSeries& series : group.series)
    if (series_id(group.detector, series.key) == id) return series;
  if (group.series_total <= group.series.size()) return std::nullopt;
  for (const MeasureSpec& measure : context.spec.measures)
    for (SeriesIndex series = 0; series < context.series_count; ++series) {
      SeriesKey key = context.dictionary.key(series, measure.column);
      if (series_id(group.detector, key) == id)
        return GroupSeries{.key = std::move(key), .first = group.start, .last = group.end};
    }
  return std::nullopt;
}

Targets targets_of(const Feedback& feedback, const AnomalyGroup& group,
                   const LessonContext& context) {
  Targets targets;
  if (feedback.scope == FeedbackScope::group || !feedback.series_id) {
    for (const GroupSeries& series : group.series) add_series(context, series, targets);
    return targets;
  }
  const auto named = find_named(context, group, *feedback.series_id);
  if (!named) return targets;
  if (feedback.scope == FeedbackScope::descendants) {
    add_descendants(context, *named, group, targets);
  } else {
    add_series(context, *named, targets);
  }
  return targets;
}

/// The first interval that starts at `time` or later.
IntervalIndex first_from(const IntervalGrid& grid, TimePoint time) {
  const IntervalIndex index = grid.index_of(time);
  return grid.start_of(index) < time ? index + 1 : index;
}

}  // namespace

store::TaughtFeedback make_lesson(store::PendingFeedback pending, const AnomalyGroup& group,
                                  const LessonContext& context) {
  const Feedback& feedback = pending.feedback;
  const Frame& frame = context.frame;
  Lesson lesson;
  lesson.feedback = stable_hash(feedback.id);
  lesson.from = frame.interval;
  FeedbackEffect effect = feedback.effect.value_or(FeedbackEffect{.from = frame.start});
  if (pending.is_undoing) {
    lesson.teaching = Teaching::undone;
    effect.to = std::min(effect.to.value_or(frame.start), frame.start);
  } else {
    lesson.teaching = feedback.is_anomaly ? Teaching::anomaly : Teaching::normal;
    if (feedback.expires_at) lesson.until = first_from(context.grid, *feedback.expires_at);
    if (feedback.undone_at || lesson.until <= lesson.from) lesson.until = lesson.from;
    if (lesson.until > lesson.from) lesson.targets = targets_of(feedback, group, context);
    if (lesson.until != Lesson::endless) effect.to = context.grid.start_of(lesson.until);
    effect.series = lesson.targets.size();
  }
  return {std::move(pending), std::move(lesson), effect};
}

}  // namespace bellwether::pipeline
