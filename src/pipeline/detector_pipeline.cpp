#include "detector_pipeline.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "bellwether/base/log.hpp"

#include "lesson_maker.hpp"

namespace bellwether::pipeline {
namespace {

/// Each interval writes one block in so many: a restart replays at most this many frames, and no
/// interval pays for the whole state.
constexpr IntervalIndex checkpoint_cycle = 64;

constexpr auto window_length = static_cast<IntervalIndex>(HistoryWindow::max_intervals);

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
      router_(spec.name, spec.interval),
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
  if (!last_interval_) return ok();

  if (auto loaded = intervals.load_dictionary(spec_.name, dictionary_); !loaded) return loaded;
  committed_extent_ = dictionary_.extent();
  if (auto restored = grouper_.restore(progress->grouper_state); !restored)
    return while_doing("restoring the grouper", restored.error());
  if (auto restored = router_.restore(progress->router_state); !restored)
    return while_doing("restoring the router", restored.error());

  IntervalIndex oldest_stamp = *last_interval_;
  std::size_t outdated_blocks = 0;
  const auto restore_block = [&](const store::BlockCheckpoint& checkpoint) -> Result<void> {
    oldest_stamp = std::min(oldest_stamp, checkpoint.interval);
    checkpointed_blocks_ = std::max(checkpointed_blocks_, checkpoint.block + 1);
    if (checkpoint.bytes.empty()) return ok();
    const auto restored = engine_.restore_block(checkpoint.block, checkpoint.bytes);
    if (!restored) return with_remedy(restored.error());
    if (*restored == detect::RestoredBlock::other_version) ++outdated_blocks;
    return ok();
  };
  if (auto read = intervals.read_checkpoints(spec_.name, restore_block); !read) return read;
  if (outdated_blocks > 0) {
    log_warning("pipeline",
                "what was learnt is in the format of another release: it is learnt again from the "
                "stored values",
                {{"detector", spec_.name}, {"model_blocks", std::to_string(outdated_blocks)}});
    oldest_stamp = std::min(oldest_stamp, *last_interval_ - window_length);
  }
  return replay_frames(intervals, oldest_stamp);
}

/// Fills the history window and lets every block learn the frames committed after its checkpoint.
Result<void> DetectorPipeline::replay_frames(const store::IntervalLog& intervals,
                                             IntervalIndex stamp) {
  // As far back as the first refit among them may look.
  const IntervalIndex from = stamp + 1 - window_length;
  const auto lessons = intervals.read_lessons(spec_.name, stamp + 1);
  if (!lessons) return lessons.error();
  auto lesson = lessons->begin();
  const auto replayed =
      intervals.read_frames(spec_.name, from, *last_interval_ + 1, [&](const Frame& frame) {
        for (; lesson != lessons->end() && lesson->from <= frame.interval; ++lesson)
          engine_.teach(*lesson);
        if (frame.interval > stamp)
          if (auto learnt = engine_.replay(frame, history()); !learnt) return learnt;
        remember(frame);
        return ok();
      });
  if (!replayed) return while_doing("replaying committed frames", replayed.error());
  return ok();
}

void DetectorPipeline::set_rules(std::vector<AlertSpec> alerts, std::vector<Silence> silences) {
  router_.set_rules(std::move(alerts), std::move(silences));
}

Result<void> DetectorPipeline::process(ingest::ClosedInterval& interval, bool is_live) {
  Frame& frame = interval.frame;
  // What could not be read is no zero, whatever is known of how often its series report.
  frame.source = interval.quality.source = interval.quality.import_failure.empty()
                                               ? engine_.judge_source(frame, dictionary_)
                                               : SourceHealth::silent;
  const auto feedback = take_feedback(frame);
  if (!feedback) return while_doing("taking feedback", feedback.error());
  const auto scored = engine_.score(frame, history());
  if (!scored) return while_doing("scoring", scored.error());

  const auto changes = grouper_.add(frame, **scored);
  std::vector<AnomalyGroup> groups;
  std::vector<alert::RoutedGroup> routed;
  for (const auto& change : changes) {
    groups.push_back(change.group);
    routed.push_back({change.group, change.is_closed});
  }
  const auto notifications = router_.route(routed, grid_.end_of(frame.interval));

  const auto checkpoints = due_checkpoints(frame.interval);
  const auto committed = context_.target.commit({.detector = spec_.name,
                                                 .frame = frame,
                                                 .scored = **scored,
                                                 .quality = interval.quality,
                                                 .position = interval.position,
                                                 .dictionary = dictionary_,
                                                 .dictionary_before = committed_extent_,
                                                 .groups = groups,
                                                 .notifications = notifications,
                                                 .now = context_.wall_clock.now(),
                                                 .grouper_state = grouper_.save(),
                                                 .router_state = router_.save(),
                                                 .checkpoints = checkpoints,
                                                 .feedback = *feedback,
                                                 .is_synced = is_live});
  if (!committed) return while_doing("committing " + to_rfc3339(frame.start), committed.error());

  remember(frame);
  committed_extent_ = dictionary_.extent();
  last_interval_ = frame.interval;
  position_ = interval.position;
  ++interval_count_;
  return ok();
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

void DetectorPipeline::remember(const Frame& frame) {
  window_.append(frame);
  if (stored_history_) stored_history_->note(frame);
}

const detect::History& DetectorPipeline::history() const {
  if (!window_.is_complete() && stored_history_) return *stored_history_;
  return window_;
}

/// The blocks whose turn it is, and those that have none yet: of them, that they had learnt nothing
/// before this frame. All blocks of a large detector come with its first frame; to save them would
/// hold it up.
std::vector<store::BlockCheckpoint> DetectorPipeline::due_checkpoints(IntervalIndex interval) {
  std::vector<store::BlockCheckpoint> due;
  if (context_.intervals == nullptr) return due;
  for (std::size_t block = 0; block < engine_.block_count(); ++block) {
    const bool is_new = block >= checkpointed_blocks_;
    const bool is_its_turn = (interval + static_cast<IntervalIndex>(block)) % checkpoint_cycle == 0;
    if (is_its_turn) {
      due.push_back({block, interval, engine_.save_block(block)});
    } else if (is_new) {
      due.push_back({block, interval - 1, {}});
    }
  }
  checkpointed_blocks_ = engine_.block_count();
  return due;
}

}  // namespace bellwether::pipeline
