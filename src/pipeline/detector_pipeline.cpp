#include "detector_pipeline.hpp"

#include <algorithm>
#include <limits>
#include <ranges>
#include <utility>

#include "bellwether/base/log.hpp"

#include "lesson_maker.hpp"

namespace bellwether::pipeline {
namespace {

constexpr auto window_length = static_cast<IntervalIndex>(HistoryWindow::max_intervals);

// About what a series holds: its names, its places in tables and open intervals; for each measure
// its place in frames, scores and batches, and a model with its profiles.
constexpr std::size_t bytes_besides_models = 200;
constexpr std::size_t bytes_per_value = 80;
constexpr std::size_t bytes_per_model = 1'350;

/// Below this share of the budget what is left is for series, not for history.
constexpr std::size_t share_kept_for_series = 16;

constexpr std::size_t blocks_per_piece = 64;  ///< Saved or restored at a time: some 5 MB.

Error with_remedy(Error damage) {
  damage.message +=
      "; put the data folder back from a backup, or delete the detector and create it again";
  return damage;
}

detect::EngineSettings engine_settings(const DetectorSpec& spec, const IntervalGrid& grid) {
  // Days and weeks of the profiles begin at local midnight; the zone's standard offset is the one
  // it has at the beginning of a year, on either half of the globe within an hour.
  constexpr auto reference = TimePoint(
      std::chrono::sys_days(std::chrono::year(2026) / std::chrono::January / std::chrono::day(1)));
  detect::EngineSettings settings;
  settings.interval = std::chrono::duration_cast<std::chrono::seconds>(spec.interval);
  settings.measure_count = spec.measures.size();
  settings.threshold = spec.threshold;
  settings.on_missing = spec.on_missing;
  settings.patterns = spec.patterns;
  for (const MeasureSpec& measure : spec.measures) settings.aggregates.push_back(measure.aggregate);
  settings.idle_limit = static_cast<std::uint64_t>(series_ttl(spec) / spec.interval);
  settings.quiet_intervals = static_cast<std::int64_t>(learning_intervals(spec));
  if (spec.interval < std::chrono::days(1)) settings.utc_offset = grid.zone().offset_at(reference);
  return settings;
}

}  // namespace

DetectorPipeline::DetectorPipeline(const DetectorSpec& spec, const IntervalGrid& grid,
                                   const PipelineContext& context)
    : spec_(spec),
      grid_(grid),
      context_(context),
      dictionary_(spec.dimensions),
      committed_extent_(dictionary_.extent()),
      engine_(engine_settings(spec_, grid_), context.pool),
      grouper_(spec_, grid_, dictionary_),
      router_({spec.name, spec.interval, spec.timestamp.timezone}),
      window_(spec.measures.size(), context.intervals != nullptr
                                        ? context.history_bytes
                                        : std::numeric_limits<std::size_t>::max()) {
  if (context.intervals != nullptr) stored_history_.emplace(*context.intervals, spec.name);
}

Result<void> DetectorPipeline::restore(const store::IntervalLog& intervals) {
  auto progress = intervals.progress(spec_.name);
  if (!progress) return progress.error();
  position_ = std::move(progress->position);
  interval_count_ = progress->intervals;
  last_interval_ = progress->last_interval;
  first_interval_ = progress->first_interval;
  if (!last_interval_) return ok();

  if (auto loaded = intervals.load_dictionary(spec_.name, dictionary_); !loaded) return loaded;
  committed_extent_ = dictionary_.extent();
  if (auto restored = grouper_.restore(progress->grouper_state); !restored)
    return while_doing("restoring the grouper", restored.error());
  if (auto restored = router_.restore(progress->router_state); !restored)
    return while_doing("restoring the router", restored.error());

  const auto stamp = restore_blocks(intervals);
  if (!stamp) return stamp.error();
  return replay_frames(intervals, *progress, *stamp);
}

/// Puts the blocks back side by side. The interval before the first frame to be replayed.
Result<IntervalIndex> DetectorPipeline::restore_blocks(const store::IntervalLog& intervals) {
  const std::size_t block_count = engine_.block_count_of(dictionary_.series_count());
  engine_.make_blocks(block_count);
  struct Piece {
    IntervalIndex oldest_stamp = std::numeric_limits<IntervalIndex>::max();
    std::size_t outdated_blocks = 0;
    std::optional<Error> error;
  };
  std::vector<Piece> pieces((block_count + blocks_per_piece - 1) / blocks_per_piece);
  const auto restore_piece = [&](std::size_t number, std::size_t) {
    Piece& piece = pieces[number];
    const auto restore_block = [&](const store::BlockCheckpoint& checkpoint) -> Result<void> {
      piece.oldest_stamp = std::min(piece.oldest_stamp, checkpoint.interval);
      if (checkpoint.bytes.empty()) return ok();
      const auto restored = engine_.restore_block(checkpoint.block, checkpoint.bytes);
      if (!restored) return with_remedy(restored.error());
      if (*restored == detect::RestoredBlock::other_version) ++piece.outdated_blocks;
      return ok();
    };
    const std::size_t first = number * blocks_per_piece;
    const auto read = intervals.read_checkpoints(
        spec_.name, first, std::min(block_count, first + blocks_per_piece), restore_block);
    if (!read) piece.error = read.error();
  };
  context_.pool.for_each_index(pieces.size(), restore_piece);

  IntervalIndex stamp = *last_interval_;
  std::size_t outdated_blocks = 0;
  for (const Piece& piece : pieces) {
    if (piece.error) return *piece.error;
    stamp = std::min(stamp, piece.oldest_stamp);
    outdated_blocks += piece.outdated_blocks;
  }
  checkpointed_blocks_ = block_count;
  if (outdated_blocks == 0) return stamp;
  log_warning("pipeline",
              "what was learnt is in the format of another release: it is learnt again from the "
              "stored values",
              {{"detector", spec_.name}, {"model_blocks", std::to_string(outdated_blocks)}});
  return std::min(stamp, *last_interval_ - window_length);
}

/// Lets every block learn the frames committed after its checkpoint, all but the refits that fell
/// due with the last one: they are most of the work, and were not waited for then either. Fills the
/// history window too, if that is soon done; else refits read the store.
Result<void> DetectorPipeline::replay_frames(const store::IntervalLog& intervals,
                                             const store::DetectorProgress& progress,
                                             IntervalIndex stamp) {
  // As far back as the first refit among them may look.
  IntervalIndex from = stamp + 1 - window_length;
  const auto kept = static_cast<std::size_t>(
      std::min(window_length + *last_interval_ - stamp,
               *last_interval_ + 1 - progress.first_interval.value_or(*last_interval_ + 1)));
  if (kept * dictionary_.series_count() * spec_.measures.size() > context_.most_values_read_back) {
    if (auto noted = read_gaps(intervals); !noted) return noted;
    window_.give_up();
    from = stamp + 1;
  }
  const auto lessons = intervals.read_lessons(spec_.name, stamp + 1);
  if (!lessons) return lessons.error();
  auto lesson = lessons->begin();
  const auto replayed =
      intervals.read_frames(spec_.name, from, *last_interval_ + 1, [&](const Frame& frame) {
        for (; lesson != lessons->end() && lesson->from <= frame.interval; ++lesson)
          engine_.teach(*lesson);
        if (frame.interval > stamp) {
          if (auto learnt = engine_.replay(frame); !learnt) return learnt;
          if (frame.interval == *last_interval_) {
            unfinished_ = frame;
            return ok();
          }
          if (auto refitted = engine_.refit(frame, history()); !refitted) return refitted;
        }
        remember(frame);
        return ok();
      });
  if (!replayed) return while_doing("replaying committed frames", replayed.error());
  account_memory();
  return ok();
}

/// Which intervals the store's values are not to be learnt from.
Result<void> DetectorPipeline::read_gaps(const store::IntervalLog& intervals) {
  const auto newest_first =
      intervals.read_quality(spec_.name, *last_interval_ + 1, HistoryWindow::max_intervals);
  if (!newest_first) return while_doing("reading data quality", newest_first.error());
  for (const auto& quality : *newest_first | std::views::reverse)
    stored_history_->note(quality.interval, quality.source);
  return ok();
}

void DetectorPipeline::set_rules(alert::AlertRules rules) { router_.set_rules(std::move(rules)); }

Result<void> DetectorPipeline::process(ingest::ClosedInterval& interval, bool is_live) {
  if (auto done = catch_up(); !done) return done;
  Frame& frame = interval.frame;
  // What could not be read is no zero, whatever is known of how often its series report.
  frame.source = interval.quality.source = interval.quality.import_failure.empty()
                                               ? engine_.judge_source(frame, dictionary_)
                                               : SourceHealth::silent;
  const auto feedback = take_feedback(frame);
  if (!feedback) return while_doing("taking feedback", feedback.error());
  const auto scored = engine_.score(frame);
  if (!scored) return while_doing("scoring", scored.error());

  const auto changes = grouper_.add(frame, **scored);
  std::vector<AnomalyGroup> groups;
  std::vector<alert::RoutedGroup> routed;
  for (const auto& change : changes) {
    groups.push_back(change.group);
    routed.push_back({change.group, change.is_closed});
  }
  const auto routing = router_.route(routed, grid_.end_of(frame.interval));

  const auto checkpoints = new_checkpoints(frame.interval);
  const auto committed = context_.target.commit({.detector = spec_.name,
                                                 .frame = frame,
                                                 .scored = **scored,
                                                 .quality = interval.quality,
                                                 .position = interval.position,
                                                 .dictionary = dictionary_,
                                                 .dictionary_before = committed_extent_,
                                                 .groups = groups,
                                                 .notifications = routing.notifications,
                                                 .now = context_.wall_clock.now(),
                                                 .grouper_state = grouper_.save(),
                                                 .router_state = router_.save(),
                                                 .checkpoints = checkpoints,
                                                 .feedback = *feedback,
                                                 .is_synced = is_live,
                                                 .amendments = interval.amendments,
                                                 .decisions = routing.decisions});
  if (!committed) return while_doing("committing " + to_rfc3339(frame.start), committed.error());
  committed_at_ = std::chrono::steady_clock::now();

  committed_extent_ = dictionary_.extent();
  last_interval_ = frame.interval;
  position_ = interval.position;
  ++interval_count_;
  return finish(frame);
}

Result<void> DetectorPipeline::catch_up() {
  const auto frame = std::exchange(unfinished_, std::nullopt);
  return frame ? finish(*frame) : ok();
}

/// What nobody waits for once a frame is committed.
Result<void> DetectorPipeline::finish(const Frame& frame) {
  if (auto refitted = engine_.refit(frame, history()); !refitted)
    return while_doing("refitting", refitted.error());
  remember(frame);
  account_memory();
  return save_blocks(frame.interval);
}

/// Teaches the models what people have said since the interval before.
Result<std::vector<store::TaughtFeedback>> DetectorPipeline::take_feedback(const Frame& frame) {
  std::vector<store::TaughtFeedback> taught;
  if (context_.groups == nullptr) return taught;
  auto waiting = context_.groups->pending_feedback(spec_.name);
  if (!waiting) return waiting.error();
  const LessonContext context{spec_, grid_, dictionary_, committed_extent_.series, frame};
  for (auto& pending : *waiting) {
    const auto group = context_.groups->get(pending.feedback.anomaly_id);
    if (!group) return group.error();
    taught.push_back(make_lesson(std::move(pending), *group, context));
    engine_.teach(taught.back().lesson);
  }
  return taught;
}

/// Says what is held, and lets go of the history window, which the store can stand in for, before
/// anything else has to give.
void DetectorPipeline::account_memory() {
  const std::size_t series = dictionary_.series_count();
  fixed_bytes_ = engine_.size().state_bytes +
                 series * (bytes_besides_models + bytes_per_value * spec_.measures.size());
  if (context_.memory == nullptr) return;
  context_.memory->note(spec_.name, held_bytes());
  const std::size_t rest = context_.memory->share_of_rest();
  if (rest <= context_.memory->bytes() / share_kept_for_series) {
    window_.give_up();
    context_.memory->note(spec_.name, held_bytes());
  }
  window_.set_budget(std::min(context_.history_bytes, window_.bytes() + rest / 2));
}

std::size_t DetectorPipeline::most_series() const {
  if (context_.memory == nullptr) return std::numeric_limits<std::size_t>::max();
  const std::size_t series = dictionary_.series_count();
  const std::size_t held = series == 0 ? 0 : fixed_bytes_ / series;
  const std::size_t expected =
      bytes_besides_models + (bytes_per_model + bytes_per_value) * spec_.measures.size();
  return series + context_.memory->room_for_series(spec_.name) / std::max(held, expected);
}

void DetectorPipeline::remember(const Frame& frame) {
  window_.append(frame);
  if (stored_history_) stored_history_->note(frame.interval, frame.source);
}

const detect::History& DetectorPipeline::history() const {
  if (!window_.is_complete() && stored_history_) return *stored_history_;
  return window_;
}

/// The blocks that came with this frame: of them, that they had learnt nothing before it.
std::vector<store::BlockCheckpoint> DetectorPipeline::new_checkpoints(IntervalIndex interval) {
  std::vector<store::BlockCheckpoint> fresh;
  if (context_.intervals == nullptr) return fresh;
  for (; checkpointed_blocks_ < engine_.block_count(); ++checkpointed_blocks_)
    fresh.push_back({checkpointed_blocks_, interval - 1, {}});
  return fresh;
}

/// After the commit, which need not wait for it: an older checkpoint costs a restart some more
/// frames and changes nothing. Piece by piece, so that the models are not in memory twice.
Result<void> DetectorPipeline::save_blocks(IntervalIndex interval) {
  if (context_.intervals == nullptr) return ok();
  std::vector<std::uint64_t> work(engine_.block_count());
  for (std::size_t block = 0; block < work.size(); ++block) work[block] = engine_.block_work(block);
  const std::vector<std::size_t> due = checkpoint_plan_.take_due(interval_count_, work);
  for (std::size_t done = 0; done < due.size(); done += blocks_per_piece) {
    const std::size_t count = std::min(blocks_per_piece, due.size() - done);
    std::vector<store::BlockCheckpoint> piece(count);
    context_.pool.for_each_index(count, [&](std::size_t i, std::size_t) {
      piece[i] = {due[done + i], interval, engine_.save_block(due[done + i])};
    });
    if (auto saved = context_.target.save_checkpoints(spec_.name, piece); !saved) return saved;
  }
  return ok();
}

}  // namespace bellwether::pipeline
