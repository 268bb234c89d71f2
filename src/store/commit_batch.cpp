#include "commit_batch.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "bellwether/store/inbox.hpp"

#include "amendment_records.hpp"
#include "decision_records.hpp"
#include "delivery_records.hpp"
#include "detector_keys.hpp"
#include "dictionary_codec.hpp"
#include "frame_codec.hpp"
#include "group_records.hpp"
#include "inbox_records.hpp"
#include "keys.hpp"
#include "lesson_codec.hpp"
#include "progress_codec.hpp"
#include "quality_codec.hpp"
#include "state_records.hpp"

namespace bellwether::store {
namespace {

bool has_length(const ScoredColumn& column, std::size_t length) {
  return column.expected.size() == length && column.lower.size() == length &&
         column.upper.size() == length && column.severity.size() == length;
}

Result<void> check_shape(const IntervalCommit& interval) {
  const Frame& frame = interval.frame;
  if (!is_key_name(interval.detector)) return invalid_input("a commit names no detector");
  if (interval.scored.interval != frame.interval ||
      interval.scored.measures.size() != frame.measures.size())
    return invalid_input("frame and scores are not of one interval");
  if (frame.measures.size() >= std::numeric_limits<std::uint16_t>::max())
    return invalid_input("a frame has more measures than can be kept");
  for (std::size_t i = 0; i < frame.measures.size(); ++i) {
    const MeasureColumn& column = frame.measures[i];
    if (column.values.size() != frame.series_count ||
        (!column.row_counts.empty() && column.row_counts.size() != frame.series_count) ||
        !has_length(interval.scored.measures[i], frame.series_count))
      return invalid_input("the columns of measure " + std::to_string(i) +
                           " are not as long as the frame");
  }
  return check_amendments(interval);
}

/// A dictionary without a value has sizes of zero, however it says so.
Dictionary::Size with_all_dimensions(Dictionary::Size size, std::size_t dimensions) {
  size.values.resize(std::max(size.values.size(), dimensions));
  return size;
}

Result<void> check_order(const IntervalCommit& interval,
                         const std::optional<ProgressRecord>& stored) {
  if (stored && interval.frame.interval <= stored->last_interval)
    return already_exists("interval " + std::to_string(interval.frame.interval) +
                          " is not beyond " + std::to_string(stored->last_interval) +
                          ", the last one committed");
  const std::size_t dimensions = interval.dictionary.dimension_count();
  const auto known =
      with_all_dimensions(stored ? stored->dictionary : Dictionary::Size(), dimensions);
  if (with_all_dimensions(interval.dictionary_before, dimensions) != known)
    return internal_error("the dictionary held " + std::to_string(known.series) +
                          " series at the last commit, and now claims it held " +
                          std::to_string(interval.dictionary_before.series));
  return ok();
}

/// About what a frame and its checkpoints take.
std::size_t expected_bytes(const IntervalCommit& interval) {
  constexpr std::size_t rest = 4096;
  constexpr std::size_t bytes_per_value = 3 * sizeof(double) + 1;
  std::size_t bytes =
      interval.frame.series_count * interval.frame.measures.size() * bytes_per_value;
  for (const BlockCheckpoint& checkpoint : interval.checkpoints)
    bytes += checkpoint.bytes.size() + 64;
  return bytes + rest;
}

void put_frame(Batch& batch, const IntervalCommit& interval) {
  const Frame& frame = interval.frame;
  const FrameHeading heading{frame.start, frame.series_count, frame.measures.size(), frame.source};
  batch.put(Family::frames, heading_key(interval.detector, frame.interval),
            encode_heading(heading));
  for (MeasureIndex measure = 0; measure < frame.measures.size(); ++measure)
    put_slabs(batch, interval.detector, frame.interval, measure, frame.measures[measure],
              interval.scored.measures[measure]);
}

void put_states(Batch& batch, const IntervalCommit& interval,
                const std::optional<ProgressRecord>& stored, const Dictionary::Size& extent) {
  const IntervalIndex now = interval.frame.interval;
  const ProgressRecord progress{stored ? stored->first_interval : now, now,
                                (stored ? stored->intervals : 0) + 1, extent, interval.position};
  const auto put = [&](char letter, std::string_view record) {
    batch.put(Family::checkpoints, state_key(interval.detector, letter), record);
  };
  put(progress_letter, encode_progress(progress));
  put(grouper_letter, encode_state(interval.grouper_state));
  put(router_letter, encode_state(interval.router_state));
  for (const BlockCheckpoint& checkpoint : interval.checkpoints)
    batch.put(Family::checkpoints, block_key(interval.detector, checkpoint.block),
              encode_checkpoint(checkpoint));
}

/// Feedback that takes effect waits no more; what it does now is kept, for people and for replays.
void put_feedback(Batch& batch, const IntervalCommit& interval) {
  if (interval.feedback.empty()) return;
  std::vector<Lesson> lessons;
  for (const TaughtFeedback& taught : interval.feedback) {
    lessons.push_back(taught.lesson);
    batch.erase(Family::groups, taught.pending.key);
    batch.put(Family::groups, effect_key_of(taught.pending.key), encode_effect(taught.effect));
  }
  batch.put(Family::checkpoints, lessons_key(interval.detector, interval.frame.interval),
            encode_lessons(lessons));
}

/// Rows that are in committed intervals now need not wait in the inbox any more.
Result<std::optional<InboxCut>> put_inbox_cut(Database& database, Batch& batch,
                                              const IntervalCommit& interval) {
  const auto stream = std::ranges::find(interval.position, Inbox::stream, &StreamPosition::stream);
  if (stream == interval.position.end()) return std::optional<InboxCut>();
  const auto sequence = decode_inbox_position(stream->resume_at);
  if (!sequence) return sequence.error();
  const auto taking =
      database.inbox_directory().taking_at(std::string(interval.detector), *sequence);
  if (!taking) return std::optional<InboxCut>();
  put_cut(batch, interval.detector, *taking);
  return std::optional(taking->cut);
}

}  // namespace

void put_slabs(Batch& batch, std::string_view detector, IntervalIndex interval,
               MeasureIndex measure, const MeasureColumn& column, const ScoredColumn& scored) {
  std::string record;
  const std::size_t series = column.values.size();
  for (std::size_t first = 0; first < series; first += series_per_slab) {
    const std::size_t count = std::min(series_per_slab, series - first);
    const std::size_t slab = first / series_per_slab;
    encode_values(column, first, count, record);
    batch.put(Family::frames, slab_key(detector, value_letter, interval, measure, slab), record);
    encode_scores(scored, first, count, record);
    batch.put(Family::frames, slab_key(detector, score_letter, interval, measure, slab), record);
  }
}

Result<CommitBatch> make_commit_batch(Database& database, const IntervalCommit& interval) {
  if (auto checked = check_shape(interval); !checked) return checked.error();
  const auto stored = read_progress(database, interval.detector);
  if (!stored) return stored.error();
  if (auto checked = check_order(interval, *stored); !checked) return checked.error();

  CommitBatch commit{Batch(database, expected_bytes(interval)), {}, {}};
  Batch& batch = commit.batch;
  put_frame(batch, interval);
  batch.put(Family::quality, interval_key(interval.detector, interval.frame.interval),
            encode_quality(interval.quality));

  const Dictionary::Size extent = interval.dictionary.extent();
  const auto before = with_all_dimensions(interval.dictionary_before, extent.values.size());
  if (extent != before)
    batch.put(Family::dictionary, interval_key(interval.detector, interval.frame.interval),
              encode_growth(interval.dictionary, before));
  for (const AnomalyGroup& group : interval.groups)
    if (auto put = put_group(database, batch, group); !put) return put.error();
  std::set<std::string_view> ids;
  for (const Notification& notification : interval.notifications) {
    if (!ids.insert(notification.delivery_id).second) continue;
    auto added = put_new_delivery(database, batch, notification, interval.now);
    if (!added) return added.error();
    if (*added) commit.new_deliveries.push_back(std::move(**added));
  }
  for (const RoutingDecision& decision : interval.decisions)
    batch.put(Family::groups, decision_key(decision), encode_decision(decision));
  put_states(batch, interval, *stored, extent);
  put_feedback(batch, interval);
  if (auto put = put_amendments(database, batch, interval); !put) return put.error();
  auto cut = put_inbox_cut(database, batch, interval);
  if (!cut) return cut.error();
  commit.inbox_cut = *cut;
  return commit;
}

}  // namespace bellwether::store
