#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/anomaly_group.hpp"
#include "bellwether/domain/feedback.hpp"

#include "database.hpp"

namespace bellwether::store {

// The records of the groups family (docs/formats/documents.md):
//
//   g id                     the group
//   t start id               its line in the list of all groups, newest start first
//   d detector start id      its line in the list of its detector
//   f id time number         what a person said of it
//   e id time number         what that does in the models, once it does
//   r id time alert          that an alert held it back (decision_records.hpp)
//   p detector time kind f.. what was said (kind g) or taken back (u) and waits for the next
//                            interval: the time, and the key of the record it is about

/// What a list needs to know of a group to pass it over without reading it.
struct GroupSummary {
  TimePoint end{};
  double severity = 0;
  GroupStatus status = GroupStatus::open;
  std::string detector;
  std::vector<std::string> measures;

  bool operator==(const GroupSummary&) const = default;
};

std::string encode_group_summary(const AnomalyGroup& group);
Result<GroupSummary> decode_group_summary(std::string_view record);

std::string encode_group(const AnomalyGroup& group);
Result<AnomalyGroup> decode_group(std::string_view record);
/// The start alone, which stands before the JSON.
Result<TimePoint> decode_group_start(std::string_view record);

std::string group_key(std::string_view id);
/// The prefix of the list of one detector, or of all.
std::string group_list_prefix(const std::optional<std::string>& detector);
std::string group_list_key(const std::optional<std::string>& detector, TimePoint start,
                           std::string_view id);
/// Where the lines of feedback on a group stand.
std::string feedback_prefix(std::string_view id);
std::string feedback_key(std::string_view id, TimePoint time, std::uint32_t number);
/// The id of the feedback that stands under a key.
std::string feedback_id_of(std::string_view feedback_key);

/// Where what waits for a detector's next interval stands.
std::string pending_prefix(std::string_view detector);
std::string pending_key(std::string_view detector, TimePoint time, bool is_undoing,
                        std::string_view feedback_key);
/// What a key of something that waits is about.
struct PendingKey {
  bool is_undoing = false;
  std::string_view feedback_key;  ///< Empty when the key does not read.
};
PendingKey read_pending_key(std::string_view key);

/// Where the effect of a feedback stands; takes its own key or that under which it waits.
std::string effect_prefix(std::string_view id);
std::string effect_key_of(std::string_view key);

std::string encode_feedback(const Feedback& feedback);
Result<Feedback> decode_feedback(std::string_view key, std::string_view record);

std::string encode_effect(const FeedbackEffect& effect);
Result<FeedbackEffect> decode_effect(std::string_view record);

/// Writes a new or changed group, and moves its lines in the lists when its start has changed.
Result<void> put_group(const Database& database, Batch& batch, const AnomalyGroup& group);

/// Removes all of a detector's groups and what was said of them.
Result<void> erase_groups(const Database& database, Batch& batch, std::string_view detector);

}  // namespace bellwether::store
