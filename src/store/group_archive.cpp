#include "bellwether/store/group_archive.hpp"

#include <algorithm>

#include "bellwether/store/page_bound.hpp"

#include "database.hpp"
#include "decision_records.hpp"
#include "group_records.hpp"
#include "keys.hpp"
#include "list_cursor.hpp"

namespace bellwether::store {
namespace {

bool may_match(const GroupQuery& query, const GroupSummary& summary) {
  return (!query.from || summary.end >= *query.from) && summary.severity >= query.min_severity &&
         (!query.status || summary.status == *query.status) &&
         (!query.measure ||
          std::ranges::find(summary.measures, *query.measure) != summary.measures.end());
}

bool has_series_in(const AnomalyGroup& group,
                   const std::map<std::string, std::string>& dimensions) {
  const auto is_wanted = [&](const GroupSeries& series) {
    return std::ranges::all_of(dimensions, [&](const auto& wanted) {
      const auto found = series.key.dimensions.find(wanted.first);
      return found != series.key.dimensions.end() && found->second == wanted.second;
    });
  };
  return dimensions.empty() || std::ranges::any_of(group.series, is_wanted);
}

/// Where in the list the answer begins.
Result<std::string> first_key(const GroupQuery& query) {
  std::string from = group_list_prefix(query.detector);
  // Newest first: the list begins with what starts latest below `to`.
  if (query.to) from = group_list_key(query.detector, *query.to - Duration(1), "");
  if (query.cursor.empty()) return from;
  const auto last = decode_list_cursor(query.cursor);
  if (!last) return last.error();
  return std::max(from, group_list_key(query.detector, last->time, last->id) + '\0');
}

Error no_such_group(std::string_view id) {
  return not_found("there is no anomaly group '" + std::string(id) + "'");
}

Result<Feedback> read_with_effect(const Database& database, std::string_view key,
                                  std::string_view record) {
  auto feedback = decode_feedback(key, record);
  if (!feedback) return feedback;
  const auto stored = database.get(Family::groups, effect_key_of(key));
  if (!stored) return stored.error();
  if (!*stored) return feedback;
  auto effect = decode_effect(**stored);
  if (!effect) return effect.error();
  feedback->effect = *effect;
  return feedback;
}

}  // namespace

GroupArchive::GroupArchive(Database& database) : database_(database) {}

Result<GroupPage> GroupArchive::find(const GroupQuery& query) const {
  const auto from = first_key(query);
  if (!from) return from.error();
  const std::string prefix = group_list_prefix(query.detector);
  GroupPage page;
  PageBound bound(query.limit);
  const Snapshot snapshot(database_);
  auto cursor =
      database_.scan(Family::groups, {*from, after_prefix(prefix)}, {.snapshot = &snapshot});
  for (; cursor.valid(); cursor.next()) {
    KeyReader reader(cursor.key().substr(prefix.size()));
    reader.newest_first();
    const std::string_view id = reader.tail();
    const auto summary = decode_group_summary(cursor.value());
    if (!summary) return while_doing("listing groups", summary.error());
    if (!may_match(query, *summary)) continue;
    const auto record = database_.get(Family::groups, group_key(id), &snapshot);
    if (!record) return while_doing("listing groups", record.error());
    if (!*record) return corrupt("listing groups: group '" + std::string(id) + "' is missing");
    auto group = decode_group(**record);
    if (!group) return while_doing("group '" + std::string(id) + "'", group.error());
    if (!has_series_in(*group, query.dimensions)) continue;
    if (!bound.take((*record)->size())) {
      if (!page.groups.empty())
        page.next_cursor = encode_list_cursor({page.groups.back().start, page.groups.back().id});
      break;
    }
    page.groups.push_back(std::move(*group));
  }
  if (auto status = cursor.status(); !status) return while_doing("listing groups", status.error());
  return page;
}

Result<AnomalyGroup> GroupArchive::get(std::string_view id) const {
  const auto record = database_.get(Family::groups, group_key(id));
  if (!record) return record.error();
  if (!*record) return no_such_group(id);
  auto group = decode_group(**record);
  if (!group) return while_doing("group '" + std::string(id) + "'", group.error());
  return group;
}

Result<Feedback> GroupArchive::add_feedback(Feedback feedback) {
  const std::lock_guard lock(database_.ledger_mutex());
  const auto group = get(feedback.anomaly_id);
  if (!group) return group.error();
  // The number keeps apart what people say in the same millisecond.
  std::uint32_t number = 0;
  const std::string at_once = KeyWriter().time(feedback.created_at).take();
  auto cursor = database_.scan(Family::groups,
                               keys_beginning_with(feedback_prefix(feedback.anomaly_id) + at_once));
  for (; cursor.valid(); cursor.next()) ++number;
  if (auto status = cursor.status(); !status) return status.error();
  const std::string key = feedback_key(feedback.anomaly_id, feedback.created_at, number);
  feedback.id = feedback_id_of(key);
  feedback.effect.reset();
  Batch batch(database_);
  batch.put(Family::groups, key, encode_feedback(feedback));
  batch.put(Family::groups, pending_key(group->detector, feedback.created_at, false, key), "");
  if (auto written = database_.write(batch, Durability::synced); !written) return written.error();
  return feedback;
}

Result<Feedback> GroupArchive::undo_feedback(std::string_view anomaly_id,
                                             std::string_view feedback_id, std::string_view by,
                                             TimePoint now) {
  const std::lock_guard lock(database_.ledger_mutex());
  const auto group = get(anomaly_id);
  if (!group) return group.error();
  auto cursor = database_.scan(Family::groups, keys_beginning_with(feedback_prefix(anomaly_id)));
  while (cursor.valid() && feedback_id_of(cursor.key()) != feedback_id) cursor.next();
  if (auto status = cursor.status(); !status) return status.error();
  if (!cursor.valid())
    return not_found("there is no feedback '" + std::string(feedback_id) + "' on anomaly '" +
                     std::string(anomaly_id) + "'");
  auto feedback = read_with_effect(database_, cursor.key(), cursor.value());
  if (!feedback || feedback->undone_at) return feedback;
  feedback->undone_at = now;
  feedback->undone_by = by;
  Batch batch(database_);
  batch.put(Family::groups, cursor.key(), encode_feedback(*feedback));
  batch.put(Family::groups, pending_key(group->detector, now, true, cursor.key()), "");
  if (auto written = database_.write(batch, Durability::synced); !written) return written.error();
  return feedback;
}

Result<std::vector<Feedback>> GroupArchive::feedback(std::string_view anomaly_id) const {
  const auto group = database_.get(Family::groups, group_key(anomaly_id));
  if (!group) return group.error();
  if (!*group) return no_such_group(anomaly_id);
  std::vector<Feedback> all;
  auto cursor = database_.scan(Family::groups, keys_beginning_with(feedback_prefix(anomaly_id)));
  for (; cursor.valid(); cursor.next()) {
    auto feedback = read_with_effect(database_, cursor.key(), cursor.value());
    if (!feedback) return while_doing("reading feedback", feedback.error());
    all.push_back(std::move(*feedback));
  }
  if (auto status = cursor.status(); !status)
    return while_doing("reading feedback", status.error());
  return all;
}

Result<std::vector<RoutingDecision>> GroupArchive::decisions(std::string_view anomaly_id) const {
  std::vector<RoutingDecision> decisions;
  auto cursor = database_.scan(Family::groups, keys_beginning_with(decision_prefix(anomaly_id)));
  for (; cursor.valid(); cursor.next()) {
    auto decision = decode_decision(cursor.key(), cursor.value());
    if (!decision) return decision.error();
    decisions.push_back(std::move(*decision));
  }
  if (auto status = cursor.status(); !status)
    return while_doing("reading routing decisions", status.error());
  return decisions;
}

Result<std::vector<PendingFeedback>> GroupArchive::pending_feedback(
    std::string_view detector) const {
  std::vector<PendingFeedback> all;
  auto cursor = database_.scan(Family::groups, keys_beginning_with(pending_prefix(detector)));
  for (; cursor.valid(); cursor.next()) {
    const PendingKey about = read_pending_key(cursor.key());
    const auto record = database_.get(Family::groups, about.feedback_key);
    if (!record) return while_doing("reading feedback", record.error());
    if (!*record) return corrupt("feedback that waits for the next interval is missing");
    auto feedback = read_with_effect(database_, about.feedback_key, **record);
    if (!feedback) return while_doing("reading feedback", feedback.error());
    all.push_back({std::string(cursor.key()), std::move(*feedback), about.is_undoing});
  }
  if (auto status = cursor.status(); !status)
    return while_doing("reading feedback", status.error());
  return all;
}

}  // namespace bellwether::store
