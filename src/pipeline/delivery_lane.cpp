#include "delivery_lane.hpp"

#include <algorithm>

#include "bellwether/domain/test_group.hpp"

#include "retry_wait.hpp"

namespace bellwether::pipeline {
namespace {

using store::DeliveryChange;
using store::PendingDelivery;

DeliveryChange unchanged(const PendingDelivery& delivery) {
  return {delivery.id,
          DeliveryState::pending,
          delivery.attempts,
          delivery.next_attempt_at,
          {},
          delivery.last_error,
          {}};
}

}  // namespace

DeliveryLane::DeliveryLane(std::string sink, std::string reason)
    : sink_(std::move(sink)), reason_(std::move(reason)), pace_(retry_, SinkLimits{}) {}

void DeliveryLane::open(const RetryPolicy& retry, const SinkLimits& limits) {
  is_open_ = true;
  retry_ = retry;
  pace_.set_rules(retry, limits);
  unexplained_.clear();
}

void DeliveryLane::close(std::string reason) {
  if (!is_open_ && reason == reason_) return;
  is_open_ = false;
  reason_ = std::move(reason);
  for (const auto& [sequence, entry] : entries_)
    if (entry.stage == Stage::waiting && entry.delivery.last_error != reason_)
      unexplained_.insert(sequence);
}

void DeliveryLane::add(PendingDelivery delivery) {
  const std::uint64_t sequence = delivery.sequence;
  if (!sequences_.try_emplace(delivery.id, sequence).second) return;
  Entry& entry = entries_[sequence];
  entry.due = delivery.next_attempt_at;
  entry.delivery = std::move(delivery);
  if (!is_open_ && entry.delivery.last_error != reason_) unexplained_.insert(sequence);
  ages_.emplace(entry.delivery.created_at, sequence);
  for (const std::string& name : entry.delivery.groups) {
    Group& group = groups_[name];
    // One that is redriven may belong before others, which then wait for it.
    if (!group.members.empty() && sequence < *group.members.begin())
      unlist(*group.members.begin(), entries_.at(*group.members.begin()));
    group.members.insert(sequence);
  }
  list(sequence, entry);
}

DeliveryLane::Ready& DeliveryLane::ready_for(const Entry& entry) {
  const auto& groups = entry.delivery.groups;
  const bool is_test = !groups.empty() && groups.front().starts_with(test_group_prefix);
  return is_test ? ready_tests_ : ready_;
}

bool DeliveryLane::is_in_front(std::uint64_t sequence, const Entry& entry) const {
  return std::ranges::all_of(entry.delivery.groups, [&](const std::string& name) {
    const Group& group = groups_.at(name);
    return group.occupied == 0 && *group.members.begin() == sequence;
  });
}

void DeliveryLane::list(std::uint64_t sequence, Entry& entry) {
  if (entry.stage != Stage::waiting || entry.is_listed || !is_in_front(sequence, entry)) return;
  ready_for(entry).emplace(entry.due, sequence);
  entry.is_listed = true;
}

void DeliveryLane::unlist(std::uint64_t sequence, Entry& entry) {
  if (entry.is_listed) ready_for(entry).erase({entry.due, sequence});
  entry.is_listed = false;
}

void DeliveryLane::list_fronts_of(const Entry& entry) {
  for (const std::string& name : entry.delivery.groups) {
    const auto group = groups_.find(name);
    if (group == groups_.end() || group->second.members.empty()) continue;
    const std::uint64_t front = *group->second.members.begin();
    list(front, entries_.at(front));
  }
}

void DeliveryLane::occupy(std::uint64_t sequence, Entry& entry, Stage stage) {
  for (const std::string& name : entry.delivery.groups) {
    Group& group = groups_.at(name);
    ++group.occupied;
    const std::uint64_t front = *group.members.begin();
    unlist(front, entries_.at(front));
  }
  unlist(sequence, entry);
  ages_.erase({entry.delivery.created_at, sequence});
  unexplained_.erase(sequence);
  entry.stage = stage;
}

void DeliveryLane::release(std::uint64_t sequence, Entry& entry) {
  entry.stage = Stage::waiting;
  ages_.emplace(entry.delivery.created_at, sequence);
  if (!is_open_ && entry.delivery.last_error != reason_) unexplained_.insert(sequence);
  for (const std::string& name : entry.delivery.groups) --groups_.at(name).occupied;
  list_fronts_of(entry);
}

void DeliveryLane::remove(std::uint64_t sequence) {
  const auto found = entries_.find(sequence);
  const Entry entry = std::move(found->second);
  entries_.erase(found);
  sequences_.erase(entry.delivery.id);
  for (const std::string& name : entry.delivery.groups) {
    const auto group = groups_.find(name);
    --group->second.occupied;
    group->second.members.erase(sequence);
    if (group->second.members.empty()) groups_.erase(group);
  }
  list_fronts_of(entry);
}

std::optional<LaneStart> DeliveryLane::start(TimePoint now) {
  const auto is_due = [&](const Ready& ready) {
    return !ready.empty() && ready.begin()->first <= now;
  };
  if (!is_open_ || (!is_due(ready_) && !is_due(ready_tests_))) return std::nullopt;
  const auto at = pace_.next_start(now, under_way_);
  if (!at || *at > now) return std::nullopt;
  const std::uint64_t sequence = (is_due(ready_) ? ready_ : ready_tests_).begin()->second;
  Entry& entry = entries_.at(sequence);
  occupy(sequence, entry, Stage::under_way);
  entry.is_probe = pace_.begin(now);
  ++under_way_;
  return LaneStart{entry.delivery.id, entry.delivery.created_at, entry.delivery.attempts == 0};
}

DeliveryChange DeliveryLane::finish(const std::string& id, const AttemptEnd& end, TimePoint now,
                                    double random_share) {
  Entry& entry = entries_.at(sequences_.at(id));
  PendingDelivery& delivery = entry.delivery;
  --under_way_;
  entry.stage = Stage::writing;
  ++delivery.attempts;
  DeliveryChange change = unchanged(delivery);
  change.attempt = DeliveryAttempt{end.began, end.took, ""};
  if (end.result) {
    change.state = DeliveryState::delivered;
    change.finished_at = now;
    change.last_error.clear();
    if (pace_.note_answer()) forget_waits(now);
    return change;
  }
  const Error& error = end.result.error();
  last_failure_ = error.message;
  change.last_error = error.message;
  change.attempt->error = error.message;
  change.next_attempt_at =
      now + retry_wait(retry_, delivery.attempts, end.retry_after, random_share);
  if (is_retryable(error)) {
    const bool holds_all = error.code == ErrorCode::overloaded;
    pace_.note_failure(now, entry.is_probe,
                       holds_all ? bounded_hold(retry_, end.retry_after) : std::nullopt,
                       random_share);
  } else if (pace_.note_answer()) {
    forget_waits(now);
  }
  entry.is_asked_to_wait = end.retry_after.has_value();
  // By our own pace: a wait that the receiver asks for ends no delivery before its age does.
  const Duration own_wait = retry_wait(retry_, delivery.attempts, std::nullopt, random_share);
  const bool is_too_old = now + own_wait - delivery.created_at > retry_.max_age;
  if (is_retryable(error) && !is_too_old) return change;
  change.state = DeliveryState::dead;
  change.finished_at = now;
  return change;
}

void DeliveryLane::forget_waits(TimePoint now) {
  forget_waits_in(ready_, now);
  forget_waits_in(ready_tests_, now);
}

void DeliveryLane::forget_waits_in(const Ready& ready, TimePoint now) {
  std::vector<std::uint64_t> waiting;
  for (auto place = ready.upper_bound({now, ~std::uint64_t{0}}); place != ready.end(); ++place)
    if (!entries_.at(place->second).is_asked_to_wait) waiting.push_back(place->second);
  for (const std::uint64_t sequence : waiting) {
    Entry& entry = entries_.at(sequence);
    unlist(sequence, entry);
    entry.due = now;
    list(sequence, entry);
  }
}

void DeliveryLane::drop(const std::string& id) {
  const std::uint64_t sequence = sequences_.at(id);
  if (entries_.at(sequence).is_probe) pace_.forget_probe();
  --under_way_;
  remove(sequence);
}

std::string DeliveryLane::why_given_up(std::uint64_t sequence, const Entry& entry,
                                       TimePoint now) const {
  std::string text = "given up after " + to_string(retry_.max_age) + ": ";
  if (!is_open_)
    text += reason_;
  else if (!is_in_front(sequence, entry))
    text += "it waited behind another delivery of its group";
  else if (pace_.is_paused(now))
    text += "the sink was paused";
  else
    text += "it waited for its turn";
  if (entry.delivery.attempts > 0)
    return entry.delivery.last_error == reason_
               ? text
               : text + "; its last attempt failed: " + entry.delivery.last_error;
  text += "; no attempt was made";
  if (!last_failure_.empty()) text += ", others of the sink failed: " + last_failure_;
  return text;
}

std::vector<DeliveryChange> DeliveryLane::tidy(TimePoint now, std::size_t limit) {
  std::vector<DeliveryChange> changes;
  while (changes.size() < limit && !ages_.empty() && now - ages_.begin()->first >= retry_.max_age) {
    const std::uint64_t sequence = ages_.begin()->second;
    Entry& entry = entries_.at(sequence);
    DeliveryChange& change = changes.emplace_back(unchanged(entry.delivery));
    change.state = DeliveryState::dead;
    change.finished_at = now;
    change.last_error = why_given_up(sequence, entry, now);
    occupy(sequence, entry, Stage::writing);
  }
  while (changes.size() < limit && !unexplained_.empty()) {
    const std::uint64_t sequence = *unexplained_.begin();
    Entry& entry = entries_.at(sequence);
    DeliveryChange& change = changes.emplace_back(unchanged(entry.delivery));
    change.last_error = reason_;
    occupy(sequence, entry, Stage::writing);
  }
  return changes;
}

void DeliveryLane::written(const DeliveryChange& change) {
  const auto found = sequences_.find(change.id);
  if (found == sequences_.end()) return;
  const std::uint64_t sequence = found->second;
  if (change.state != DeliveryState::pending) return remove(sequence);
  Entry& entry = entries_.at(sequence);
  entry.delivery.next_attempt_at = change.next_attempt_at;
  entry.delivery.last_error = change.last_error;
  entry.due = change.next_attempt_at;
  release(sequence, entry);
}

std::optional<TimePoint> DeliveryLane::next_turn(TimePoint now) const {
  std::optional<TimePoint> turn;
  const auto no_later = [&](TimePoint time) { turn = std::min(time, turn.value_or(time)); };
  if (!unexplained_.empty()) no_later(now);
  if (!ages_.empty()) no_later(ages_.begin()->first + retry_.max_age);
  if (!is_open_) return turn;
  const auto start = pace_.next_start(now, under_way_);
  for (const Ready* ready : {&ready_, &ready_tests_})
    if (start && !ready->empty()) no_later(std::max(*start, ready->begin()->first));
  return turn;
}

}  // namespace bellwether::pipeline
