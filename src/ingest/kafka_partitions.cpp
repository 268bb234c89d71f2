#include "kafka_partitions.hpp"

#include <algorithm>
#include <utility>

#include "kafka_consumer.hpp"
#include "kafka_position.hpp"

namespace bellwether::ingest {
namespace {

/// A broker that came back is taken at its word when it has stood this many statistics, a second
/// each: what it has to tell comes before that.
constexpr int enough_statistics = 3;

template <class Test>
std::vector<KafkaPartitions::Number> those(
    const std::map<KafkaPartitions::Number, KafkaPartition>& all, const Test& test) {
  std::vector<KafkaPartitions::Number> numbers;
  for (const auto& [number, partition] : all)
    if (test(number, partition)) numbers.push_back(number);
  return numbers;
}

}  // namespace

Result<KafkaPartitions> KafkaPartitions::make(const KafkaSourceSpec& kafka,
                                              const SourcePosition& from) {
  KafkaPartitions partitions(kafka);
  for (const StreamPosition& stream : from) {
    const auto number = partition_of(kafka.topic, stream.stream);
    if (!number) continue;
    const auto position = parse_kafka_position(stream.resume_at);
    if (!position) return position.error();
    KafkaPartition& partition = partitions.partitions_[*number];
    partition.next_offset = position->offset;
    partition.row_base = stream.resume_row - static_cast<std::uint64_t>(position->offset);
    partition.seen_rows = stream.seen_rows;
    partition.is_registered = true;
    partitions.watermark_.expect(*number);
    if (position->newest) partitions.watermark_.advance(*number, *position->newest);
    partitions.is_first_run_ = false;
  }
  return partitions;
}

std::int64_t KafkaPartitions::start_of(Number number) const {
  const auto found = partitions_.find(number);
  if (found != partitions_.end() && found->second.next_offset) return *found->second.next_offset;
  // A partition that was added later has rows nobody has read, wherever the first run began.
  const bool is_late_start = is_first_run_ && start_ == KafkaStart::latest;
  return is_late_start ? KafkaConsumer::at_end : KafkaConsumer::at_beginning;
}

void KafkaPartitions::on_assigned(const std::vector<Number>& numbers, Instant now) {
  for (const Number number : numbers) {
    KafkaPartition& partition = partitions_[number];
    partition.is_assigned = true;
    partition.is_paused = partition.has_ended = partition.is_lost = false;
    partition.is_reachable = true;
    partition.reachable_for = enough_statistics;
    watermark_.expect(number);
    watermark_.leave_end(number);
  }
  if (unassigned().empty()) unassigned_since_.reset();
  if (!unassigned().empty()) unassigned_since_ = now;
}

void KafkaPartitions::on_revoked(const std::vector<Number>& numbers, Instant now) {
  for (const Number number : numbers) {
    KafkaPartition& partition = partitions_[number];
    partition.is_assigned = partition.is_paused = partition.has_ended = false;
    watermark_.leave_end(number);
  }
  if (!unassigned_since_) unassigned_since_ = now;
}

void KafkaPartitions::revoke_all(Instant now) {
  on_revoked(those(partitions_, [](Number, const auto& one) { return one.is_assigned; }), now);
}

void KafkaPartitions::set_count(Number count) {
  for (Number number = 0; number < count; ++number) {
    partitions_.try_emplace(number);
    watermark_.expect(number);
  }
  for (const Number gone :
       those(partitions_, [&](Number one, const auto&) { return one >= count; })) {
    partitions_.erase(gone);
    watermark_.forget(gone);
  }
}

void KafkaPartitions::take(const KafkaStatistics& statistics, Instant now) {
  for (auto& [number, partition] : partitions_) {
    if (!partition.is_assigned) continue;
    const auto found = statistics.partitions.find(number);
    partition.is_reachable = found != statistics.partitions.end() && found->second.is_reachable;
    if (!partition.is_reachable) {
      partition.reachable_for = 0;
      watermark_.leave_end(number);
      continue;
    }
    partition.end_offset = found->second.end_offset;
    if (++partition.reachable_for < enough_statistics || partition.is_paused || partition.is_lost)
      continue;
    const bool is_at_end = partition.next_offset && partition.end_offset >= 0 &&
                           *partition.next_offset >= partition.end_offset;
    if (partition.has_ended || is_at_end) watermark_.reach_end(number, now);
  }
}

KafkaPartition* KafkaPartitions::find_assigned(Number number) {
  const auto found = partitions_.find(number);
  return found != partitions_.end() && found->second.is_assigned ? &found->second : nullptr;
}

void KafkaPartitions::on_message(Number number) {
  if (KafkaPartition* partition = find_assigned(number)) partition->has_ended = false;
  watermark_.leave_end(number);
}

void KafkaPartitions::on_end(Number number, Instant now) {
  KafkaPartition* partition = find_assigned(number);
  if (partition == nullptr || partition->is_paused) return;
  partition->has_ended = true;
  watermark_.reach_end(number, now);
}

void KafkaPartitions::on_pause(Number number, bool is_paused) {
  KafkaPartition& partition = partitions_[number];
  partition.is_paused = is_paused;
  partition.has_ended = false;
  watermark_.leave_end(number);
}

std::int64_t KafkaPartitions::go_on_within(Number number, std::int64_t first) {
  KafkaPartition& partition = partitions_[number];
  const std::int64_t next = partition.next_offset.value_or(first);
  partition.is_lost = partition.has_ended = false;
  partition.next_offset = first;
  watermark_.leave_end(number);
  if (first >= next) return first - next;
  // Numbers go on from where they were, though offsets begin anew.
  partition.row_base += static_cast<std::uint64_t>(next - first);
  return 0;
}

std::optional<TimePoint> KafkaPartitions::slowest() {
  if (const auto at = watermark_.at()) return reference_ = at;
  if (!reference_) reference_ = watermark_.least_newest();
  return reference_;
}

std::vector<KafkaPartitions::Number> KafkaPartitions::to_pause(Duration lead) {
  const auto reference = slowest();
  if (!reference) return {};
  return those(partitions_, [&](Number number, const KafkaPartition& one) {
    const auto newest = watermark_.newest(number);
    return one.is_assigned && !one.is_paused && newest && *newest > *reference + lead &&
           !watermark_.is_idle(number);
  });
}

std::vector<KafkaPartitions::Number> KafkaPartitions::to_resume(Duration lead) {
  const auto reference = slowest();
  return those(partitions_, [&](Number number, const KafkaPartition& one) {
    const auto newest = watermark_.newest(number);
    return one.is_assigned && one.is_paused &&
           (!reference || !newest || *newest <= *reference + lead / 2);
  });
}

std::vector<KafkaPartitions::Number> KafkaPartitions::lost() const {
  return those(partitions_, [](Number, const auto& one) { return one.is_lost; });
}

std::vector<KafkaPartitions::Number> KafkaPartitions::unreachable() const {
  return those(partitions_,
               [](Number, const auto& one) { return one.is_assigned && !one.is_reachable; });
}

std::vector<KafkaPartitions::Number> KafkaPartitions::unassigned() const {
  return those(partitions_, [](Number, const auto& one) { return !one.is_assigned; });
}

std::chrono::milliseconds KafkaPartitions::unassigned_for(Instant now) const {
  if (!unassigned_since_ || unassigned().empty()) return std::chrono::milliseconds(0);
  return std::chrono::duration_cast<std::chrono::milliseconds>(now - *unassigned_since_);
}

}  // namespace bellwether::ingest
