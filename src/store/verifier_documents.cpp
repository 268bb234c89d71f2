#include <algorithm>
#include <optional>

#include "bellwether/store/inbox.hpp"

#include "batch_codec.hpp"
#include "decision_records.hpp"
#include "delivery_records.hpp"
#include "group_records.hpp"
#include "inbox_records.hpp"
#include "keys.hpp"
#include "ledger_sequence.hpp"
#include "verifier.hpp"

namespace bellwether::store {
namespace {

std::string group_text(std::string_view id) { return "group '" + std::string(id) + "'"; }
std::string delivery_text(std::string_view id) { return "delivery '" + std::string(id) + "'"; }
std::string inbox_text(std::string_view detector) {
  return "inbox of detector '" + std::string(detector) + "'";
}

}  // namespace

void Verifier::check_groups() {
  for_each(Family::groups, "g", [&](std::string_view key, std::string_view value) {
    const std::string id(key.substr(1));
    ++report_.groups;
    const auto group = decode_group(value);
    if (!group) return damage(group_text(id) + ": " + group.error().message);
    const auto start = decode_group_start(value);
    if (group->id != id || !start || *start != group->start)
      damage(group_text(id) + ": it stands under another id or start than its own");
    if (!has(Family::groups, group_list_key({}, group->start, id)))
      damage(group_text(id) + ": it is not in the list of all groups");
    if (!has(Family::groups, group_list_key(group->detector, group->start, id)))
      damage(group_text(id) + ": it is not in the list of detector '" + group->detector + "'");
  });
  check_group_lines('t');
  check_group_lines('d');
  for_each(Family::groups, "f", [&](std::string_view key, std::string_view value) {
    const auto id = KeyReader(key.substr(1)).name();
    const auto feedback = decode_feedback(key, value);
    if (!feedback) return damage("feedback on " + group_text(id) + ": " + feedback.error().message);
    if (feedback->anomaly_id != id || !has(Family::groups, group_key(id)))
      damage("feedback on " + group_text(id) + ": the group is missing");
  });
  for_each(Family::groups, "e", [&](std::string_view key, std::string_view value) {
    const auto id = KeyReader(key.substr(1)).name();
    if (const auto effect = decode_effect(value); !effect)
      damage("feedback on " + group_text(id) + ": " + effect.error().message);
    if (!has(Family::groups, "f" + std::string(key.substr(1))))
      damage("feedback on " + group_text(id) + ": it has an effect, but is missing");
  });
  for_each(Family::groups, "r", [&](std::string_view key, std::string_view value) {
    const auto decision = decode_decision(key, value);
    if (!decision) return damage("routing decision: " + decision.error().message);
    if (!has(Family::groups, group_key(decision->anomaly_id)))
      damage("routing decision: " + group_text(decision->anomaly_id) + " is missing");
  });
  for_each(Family::groups, "p", [&](std::string_view key, std::string_view) {
    const std::string detector(KeyReader(key.substr(1)).name());
    const PendingKey about = read_pending_key(key);
    if (about.feedback_key.empty() || !has(Family::groups, about.feedback_key))
      damage("detector '" + detector + "': feedback waits for an interval, but is missing");
  });
}

void Verifier::check_group_lines(char letter) {
  for_each(Family::groups, std::string(1, letter),
           [&](std::string_view key, std::string_view value) {
             KeyReader reader(key.substr(1));
             const std::string_view detector = letter == 'd' ? reader.name() : std::string_view();
             const TimePoint start = reader.newest_first();
             const std::string_view id = reader.tail();
             const auto line = decode_group_summary(value);
             if (!line) return damage(group_text(id) + ": " + line.error().message);
             const auto record = database_.get(Family::groups, group_key(id), &snapshot_);
             if (!record || !*record) return damage(group_text(id) + ": listed, but missing");
             const auto its_start = decode_group_start(**record);
             if (!its_start || *its_start != start || (letter == 'd' && line->detector != detector))
               damage(group_text(id) + ": listed at a place that is not its own");
           });
}

void Verifier::check_deliveries() {
  const auto sequence = read_sequence(database_);
  if (!sequence) return damage("deliveries: " + sequence.error().message);
  for_each(Family::deliveries, "s", [&](std::string_view key, std::string_view value) {
    const std::string_view id = key.substr(1);
    ++report_.deliveries;
    const auto slip = decode_slip(value);
    if (!slip) return damage(delivery_text(id) + ": " + slip.error().message);
    if (!has(Family::deliveries, notification_key(id)))
      damage(delivery_text(id) + ": what it says is missing");
    if (slip->sequence == 0 || slip->sequence > *sequence)
      damage(delivery_text(id) + ": it has no place in the ledger");
    const ListedDelivery place{slip->created_at, slip->sequence, std::string(id)};
    if (!has(Family::deliveries, list_key({}, place)))
      damage(delivery_text(id) + ": it is not in the list");
    for (const std::string& group : slip->groups)
      if (!has(Family::deliveries, list_key(group, place)))
        damage(delivery_text(id) + ": it is not in the list of " + group_text(group));
    if (slip->state == DeliveryState::pending &&
        !has(Family::outbox, due_key(slip->next_attempt_at, id)))
      damage(delivery_text(id) + ": it is pending, but not in the outbox");
  });
  for_each(Family::deliveries, "n", [&](std::string_view key, std::string_view value) {
    const std::string_view id = key.substr(1);
    const auto delivery = decode_delivery(value);
    if (!delivery) return damage(delivery_text(id) + ": " + delivery.error().message);
    if (delivery->notification.delivery_id != id)
      damage(delivery_text(id) + ": it stands under another id than its own");
    if (!has(Family::deliveries, slip_key(id)))
      damage(delivery_text(id) + ": how its sending goes is missing");
  });
  check_delivery_lines("l");
  check_delivery_lines("g");
}

void Verifier::check_delivery_lines(std::string_view kind) {
  for_each(Family::deliveries, kind, [&](std::string_view key, std::string_view) {
    KeyReader reader(key.substr(1));
    const std::string group(kind == "g" ? reader.name() : std::string_view());
    const auto place = read_list_key(reader.tail());
    if (!place) return damage("deliveries: a line that does not read");
    const auto record = database_.get(Family::deliveries, slip_key(place->id), &snapshot_);
    if (!record || !*record) return damage(delivery_text(place->id) + ": listed, but missing");
    const auto slip = decode_slip(**record);
    if (!slip) return;
    const bool is_its_group =
        kind != "g" || std::ranges::find(slip->groups, group) != slip->groups.end();
    if (slip->created_at != place->created_at || slip->sequence != place->sequence || !is_its_group)
      damage(delivery_text(place->id) + ": listed at a place that is not its own");
  });
}

void Verifier::check_outbox() {
  for_each(Family::outbox, "", [&](std::string_view key, std::string_view beside) {
    KeyReader reader(key);
    const TimePoint due = reader.time();
    const std::string_view id = reader.tail();
    if (reader.failed()) return damage("outbox: a key that does not read");
    const auto record = database_.get(Family::deliveries, slip_key(id), &snapshot_);
    if (!record || !*record)
      return damage(delivery_text(id) + ": in the outbox, but not in the ledger");
    const auto slip = decode_slip(**record);
    if (slip && (slip->state != DeliveryState::pending || slip->next_attempt_at != due))
      damage(delivery_text(id) + ": in the outbox at a time when it is not due");
    if (!beside.empty() && beside != **record)
      damage(delivery_text(id) + ": the outbox says otherwise than the ledger how it goes");
  });
}

void Verifier::check_inbox() {
  for_each(Family::inbox, "c", [&](std::string_view key, std::string_view value) {
    const std::string detector(KeyReader(key.substr(1)).name());
    const auto cut = decode_cut(value);
    if (!cut) return damage(inbox_text(detector) + ": " + cut.error().message);
    const auto parts = detectors_.find(detector);
    if (parts == detectors_.end()) return;
    const auto& position = parts->second.progress.position;
    const auto stream = std::ranges::find(position, Inbox::stream, &StreamPosition::stream);
    if (stream == position.end()) return;
    const auto committed = decode_inbox_position(stream->resume_at);
    if (!committed)
      damage(inbox_text(detector) + ": " + committed.error().message);
    else if (cut->sequence > *committed)
      damage(inbox_text(detector) + ": batches up to " + std::to_string(cut->sequence) +
             " were given away, but only those up to " + std::to_string(*committed) +
             " are in committed intervals");
  });
  check_inbox_batches();
  check_answers();
}

void Verifier::check_inbox_batches() {
  std::string current;
  std::uint64_t next_row = 0;
  for_each(Family::inbox, "b", [&](std::string_view key, std::string_view value) {
    KeyReader reader(key.substr(1));
    const std::string detector(reader.name());
    const auto sequence = reader.number<std::uint64_t>();
    const std::string where = inbox_text(detector) + ", batch " + std::to_string(sequence);
    ++report_.inbox_batches;
    if (!reader.is_complete()) return damage("inbox: a key that does not read");
    if (detector != current) {
      current = detector;
      next_row = 0;
      const auto record = database_.get(Family::inbox, cut_key(detector), &snapshot_);
      if (const auto cut = record && *record ? decode_cut(**record) : Result<InboxCut>(InboxCut());
          cut) {
        next_row = cut->row;
        if (sequence < cut->sequence) damage(where + ": it was given away, but is still there");
      }
    }
    const auto batch = decode_batch(value);
    if (!batch) return damage(where + ": " + batch.error().message);
    if (batch->first_row < next_row)
      damage(where + ": its rows begin at " + std::to_string(batch->first_row) + ", where " +
             std::to_string(next_row) + " was reached before");
    next_row = batch->end_row;
  });
}

void Verifier::check_answers() {
  for_each(Family::inbox, "a", [&](std::string_view key, std::string_view value) {
    KeyReader reader(key.substr(1));
    const std::string_view detector = reader.name();
    const std::string_view request = reader.tail();
    const auto answer = decode_answer(value);
    if (!answer) return damage(inbox_text(detector) + ": " + answer.error().message);
    if (!has(Family::inbox, answer_time_key(answer->time, detector, request)))
      damage(inbox_text(detector) + ": an answer is not in the list by time");
  });
  for_each(Family::inbox, "t", [&](std::string_view key, std::string_view) {
    KeyReader reader(key.substr(1));
    reader.time();
    const std::string_view detector = reader.name();
    if (!has(Family::inbox, answer_key(detector, reader.tail())))
      damage(inbox_text(detector) + ": an answer is listed, but missing");
  });
}

}  // namespace bellwether::store
