#include "group_records.hpp"

#include "bellwether/base/bytes.hpp"
#include "bellwether/base/ids.hpp"
#include "bellwether/document/group_documents.hpp"

#include "decision_records.hpp"
#include "json_records.hpp"
#include "keys.hpp"

namespace bellwether::store {
namespace {

constexpr std::uint8_t group_version = 1;
constexpr std::size_t group_head_bytes = 9;
constexpr std::uint8_t summary_version = 1;
constexpr std::uint8_t feedback_version = 2;
constexpr std::uint8_t version_without_effect = 1;
constexpr std::uint8_t effect_version = 1;

std::string versioned(std::uint8_t version, std::string_view text) {
  std::string record(1, static_cast<char>(version));
  return record.append(text);
}

/// The text after the version byte; nothing for another version.
std::optional<std::string_view> unversioned(std::uint8_t version, std::string_view record) {
  if (record.empty() || record.front() != static_cast<char>(version)) return std::nullopt;
  return record.substr(1);
}

}  // namespace

std::string encode_group_summary(const AnomalyGroup& group) {
  ByteWriter writer;
  writer.put(summary_version);
  writer.put(group.end.time_since_epoch().count());
  writer.put(group.severity);
  writer.put(static_cast<std::uint8_t>(group.status));
  writer.put_text(group.detector);
  writer.put_varint(group.measures.size());
  for (const GroupMeasure& measure : group.measures) writer.put_text(measure.measure);
  return writer.take();
}

Result<GroupSummary> decode_group_summary(std::string_view record) {
  ByteReader reader(record);
  if (reader.get<std::uint8_t>() != summary_version)
    return corrupt("a line of the list of groups has an unknown version");
  GroupSummary summary;
  summary.end = TimePoint(Duration(reader.get<std::int64_t>()));
  summary.severity = reader.get<double>();
  const auto status = reader.get<std::uint8_t>();
  summary.status = static_cast<GroupStatus>(status);
  summary.detector = reader.get_text();
  for (auto left = reader.get_varint(); left > 0 && !reader.failed(); --left)
    summary.measures.emplace_back(reader.get_text());
  if (!reader.is_complete() || status > static_cast<std::uint8_t>(GroupStatus::closed))
    return corrupt("a line of the list of groups does not decode");
  return summary;
}

std::string encode_group(const AnomalyGroup& group) {
  ByteWriter writer;
  writer.put(group_version);
  writer.put(group.start.time_since_epoch().count());
  return writer.take() +
         document::to_json(document::write_group(group, document::GroupDetail::full));
}

Result<TimePoint> decode_group_start(std::string_view record) {
  ByteReader reader(record);
  const auto version = reader.get<std::uint8_t>();
  const TimePoint start(Duration(reader.get<std::int64_t>()));
  if (reader.failed() || version != group_version)
    return corrupt("an anomaly group has an unknown version");
  return start;
}

Result<AnomalyGroup> decode_group(std::string_view record) {
  if (auto start = decode_group_start(record); !start) return start.error();
  return read_own_json(record.substr(group_head_bytes), "an anomaly group", document::read_group);
}

std::string group_key(std::string_view id) { return KeyWriter().kind('g').tail(id).take(); }

std::string group_list_prefix(const std::optional<std::string>& detector) {
  if (!detector) return KeyWriter().kind('t').take();
  return KeyWriter().kind('d').name(*detector).take();
}

std::string group_list_key(const std::optional<std::string>& detector, TimePoint start,
                           std::string_view id) {
  return group_list_prefix(detector) + KeyWriter().newest_first(start).tail(id).take();
}

std::string feedback_prefix(std::string_view id) { return KeyWriter().kind('f').name(id).take(); }

std::string feedback_key(std::string_view id, TimePoint time, std::uint32_t number) {
  return KeyWriter().kind('f').name(id).time(time).number(number).take();
}

std::string feedback_id_of(std::string_view feedback_key) {
  return stable_uuid("feedback " + std::string(feedback_key));
}

std::string pending_prefix(std::string_view detector) {
  return KeyWriter().kind('p').name(detector).take();
}

std::string pending_key(std::string_view detector, TimePoint time, bool is_undoing,
                        std::string_view feedback_key) {
  return pending_prefix(detector) +
         KeyWriter().time(time).kind(is_undoing ? 'u' : 'g').tail(feedback_key).take();
}

PendingKey read_pending_key(std::string_view key) {
  KeyReader reader(key);
  const char letter = reader.kind();
  reader.name();
  reader.time();
  const char kind = reader.kind();
  const std::string_view about = reader.tail();
  if (reader.failed() || letter != 'p' || !about.starts_with('f')) return {};
  return {kind == 'u', about};
}

std::string effect_prefix(std::string_view id) { return KeyWriter().kind('e').name(id).take(); }

std::string effect_key_of(std::string_view key) {
  if (key.starts_with('p')) key = read_pending_key(key).feedback_key;
  return KeyWriter().kind('e').tail(key.substr(1)).take();
}

std::string encode_effect(const FeedbackEffect& effect) {
  ByteWriter writer;
  writer.put(effect_version);
  for (const auto& time : {effect.from, effect.to}) {
    writer.put(static_cast<std::uint8_t>(time.has_value()));
    writer.put(time.value_or(TimePoint()).time_since_epoch().count());
  }
  writer.put_varint(effect.series);
  return writer.take();
}

Result<FeedbackEffect> decode_effect(std::string_view record) {
  ByteReader reader(record);
  const auto version = reader.get<std::uint8_t>();
  FeedbackEffect effect;
  for (auto* time : {&effect.from, &effect.to}) {
    const bool is_there = reader.get<std::uint8_t>() != 0;
    const TimePoint when(Duration(reader.get<std::int64_t>()));
    if (is_there) *time = when;
  }
  effect.series = reader.get_varint();
  if (version != effect_version || !reader.is_complete())
    return corrupt("the effect of a feedback does not decode");
  return effect;
}

std::string encode_feedback(const Feedback& feedback) {
  return versioned(feedback_version, document::to_json(document::write_feedback(feedback)));
}

Result<Feedback> decode_feedback(std::string_view key, std::string_view record) {
  auto text = unversioned(feedback_version, record);
  const bool had_no_effect = !text;
  if (!text) text = unversioned(version_without_effect, record);
  if (!text) return corrupt("a feedback has an unknown version");
  auto feedback = read_own_json(*text, "a feedback", document::read_feedback);
  if (!feedback) return feedback.error();
  feedback->id = feedback_id_of(key);
  if (had_no_effect) feedback->effect.emplace();
  return feedback;
}

Result<void> put_group(const Database& database, Batch& batch, const AnomalyGroup& group) {
  const auto before = database.get(Family::groups, group_key(group.id));
  if (!before) return before.error();
  if (*before) {
    const auto start = decode_group_start(**before);
    if (!start) return while_doing("group '" + group.id + "'", start.error());
    if (*start != group.start) {
      batch.erase(Family::groups, group_list_key({}, *start, group.id));
      batch.erase(Family::groups, group_list_key(group.detector, *start, group.id));
    }
  }
  const std::string summary = encode_group_summary(group);
  batch.put(Family::groups, group_key(group.id), encode_group(group));
  batch.put(Family::groups, group_list_key({}, group.start, group.id), summary);
  batch.put(Family::groups, group_list_key(group.detector, group.start, group.id), summary);
  return ok();
}

Result<void> erase_groups(const Database& database, Batch& batch, std::string_view detector) {
  const std::string prefix = group_list_prefix(std::string(detector));
  auto cursor = database.scan(Family::groups, keys_beginning_with(prefix));
  for (; cursor.valid(); cursor.next()) {
    KeyReader reader(cursor.key().substr(prefix.size()));
    const TimePoint start = reader.newest_first();
    const std::string id(reader.tail());
    batch.erase(Family::groups, cursor.key());
    batch.erase(Family::groups, group_list_key({}, start, id));
    batch.erase(Family::groups, group_key(id));
    for (const std::string& about : {feedback_prefix(id), effect_prefix(id), decision_prefix(id)})
      if (auto erased = database.erase_range(batch, Family::groups, keys_beginning_with(about));
          !erased)
        return erased;
  }
  if (auto status = cursor.status(); !status) return status;
  return database.erase_range(batch, Family::groups, keys_beginning_with(pending_prefix(detector)));
}

}  // namespace bellwether::store
