#include "delivery_slip.hpp"

#include <algorithm>
#include <iterator>

#include "bellwether/base/bytes.hpp"

namespace bellwether::store {
namespace {

constexpr std::uint8_t slip_version = 2;

std::vector<std::string> groups_of(const Notification& notification) {
  std::vector<std::string> groups{notification.group.id};
  for (const GroupNews& other : notification.others)
    if (std::ranges::find(groups, other.group.id) == groups.end()) groups.push_back(other.group.id);
  return groups;
}

/// The newest attempts, as many as are kept.
void cut(std::vector<DeliveryAttempt>& log) {
  if (log.size() > Delivery::max_attempts_kept)
    log.erase(log.begin(), std::prev(log.end(), Delivery::max_attempts_kept));
}

TimePoint get_time(ByteReader& reader) { return TimePoint(Duration(reader.get<std::int64_t>())); }

void put_time(ByteWriter& writer, TimePoint time) { writer.put(time.time_since_epoch().count()); }

/// What version 2 added.
void read_rest(ByteReader& reader, DeliverySlip& slip) {
  slip.sequence = reader.get<std::uint64_t>();
  slip.sink = reader.get_text();
  slip.event = static_cast<GroupEvent>(reader.get<std::uint8_t>());
  const std::uint64_t groups = reader.get_varint();
  for (std::uint64_t i = 0; i < groups && !reader.failed(); ++i)
    slip.groups.emplace_back(reader.get_text());
  const std::uint64_t attempts = reader.get_varint();
  for (std::uint64_t i = 0; i < attempts && !reader.failed(); ++i) {
    DeliveryAttempt attempt;
    attempt.at = get_time(reader);
    attempt.took = Duration(reader.get<std::int64_t>());
    attempt.error = reader.get_text();
    slip.attempt_log.push_back(std::move(attempt));
  }
}

}  // namespace

DeliverySlip slip_of(const Delivery& delivery) {
  DeliverySlip slip;
  slip.state = delivery.state;
  slip.attempts = delivery.attempts;
  slip.created_at = delivery.created_at;
  slip.next_attempt_at = delivery.next_attempt_at;
  slip.finished_at = delivery.finished_at;
  slip.last_error = delivery.last_error;
  slip.alert = delivery.notification.alert;
  slip.detector = delivery.notification.detector;
  slip.sequence = delivery.sequence;
  slip.sink = delivery.notification.sink;
  slip.event = delivery.notification.event;
  slip.groups = groups_of(delivery.notification);
  slip.attempt_log = delivery.attempt_log;
  cut(slip.attempt_log);
  return slip;
}

PendingDelivery pending_of(std::string_view id, const DeliverySlip& slip) {
  return {std::string(id), slip.sequence,        slip.sink,     slip.groups,
          slip.created_at, slip.next_attempt_at, slip.attempts, slip.last_error};
}

void enter(DeliverySlip& slip, const DeliveryChange& change) {
  slip.state = change.state;
  slip.attempts = change.attempts;
  slip.next_attempt_at = change.next_attempt_at;
  slip.finished_at = change.finished_at;
  slip.last_error = change.last_error;
  if (change.attempt) slip.attempt_log.push_back(*change.attempt);
  cut(slip.attempt_log);
}

std::string encode_slip(const DeliverySlip& slip) {
  ByteWriter writer;
  writer.put(slip_version);
  writer.put(static_cast<std::uint8_t>(slip.state));
  writer.put(slip.attempts);
  put_time(writer, slip.created_at);
  put_time(writer, slip.next_attempt_at);
  writer.put(static_cast<std::uint8_t>(slip.finished_at.has_value()));
  put_time(writer, slip.finished_at.value_or(TimePoint()));
  writer.put_text(slip.last_error);
  writer.put_text(slip.alert);
  writer.put_text(slip.detector);
  writer.put(slip.sequence);
  writer.put_text(slip.sink);
  writer.put(static_cast<std::uint8_t>(slip.event));
  writer.put_varint(slip.groups.size());
  for (const std::string& group : slip.groups) writer.put_text(group);
  writer.put_varint(slip.attempt_log.size());
  for (const DeliveryAttempt& attempt : slip.attempt_log) {
    put_time(writer, attempt.at);
    writer.put(attempt.took.count());
    writer.put_text(attempt.error);
  }
  return writer.take();
}

Result<DeliverySlip> decode_slip(std::string_view record) {
  ByteReader reader(record);
  const auto version = reader.get<std::uint8_t>();
  if (version == 0 || version > slip_version)
    return corrupt("the state of a delivery has an unknown version");
  DeliverySlip slip;
  const auto state = reader.get<std::uint8_t>();
  slip.state = static_cast<DeliveryState>(state);
  slip.attempts = reader.get<std::uint32_t>();
  slip.created_at = get_time(reader);
  slip.next_attempt_at = get_time(reader);
  const bool is_finished = reader.get<std::uint8_t>() != 0;
  const TimePoint finished_at = get_time(reader);
  if (is_finished) slip.finished_at = finished_at;
  slip.last_error = reader.get_text();
  slip.alert = reader.get_text();
  slip.detector = reader.get_text();
  if (version > 1) read_rest(reader, slip);
  if (!reader.is_complete() || state > static_cast<std::uint8_t>(DeliveryState::dead) ||
      slip.event > GroupEvent::withdrawn)
    return corrupt("the state of a delivery does not decode");
  return slip;
}

}  // namespace bellwether::store
