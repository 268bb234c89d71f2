#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/kafka_source_spec.hpp"
#include "bellwether/domain/row_batch.hpp"

#include "kafka_statistics.hpp"
#include "watermark.hpp"

namespace bellwether::ingest {

/// Where one partition stands.
struct KafkaPartition {
  std::optional<std::int64_t> next_offset;  ///< None: it was never read.
  std::uint64_t row_base = 0;   ///< A message's number is its offset and this (modulo 2^64).
  std::uint64_t seen_rows = 0;  ///< Numbers below were taken by an earlier run.
  bool is_registered = false;   ///< Its position was handed out.
  bool is_assigned = false;
  bool is_paused = false;
  bool is_reachable = true;
  bool has_ended = false;  ///< Nothing came since it was read to its end.
  bool is_lost = false;   ///< What should come next is not there any more; where to go on is asked.
  int reachable_for = 0;  ///< Statistics in a row that said so.
  std::int64_t end_offset = -1;

  std::uint64_t number_of(std::int64_t offset) const {
    return row_base + static_cast<std::uint64_t>(offset);
  }
};

/// The partitions of a topic: where each is read on, and how far event time has come in them.
///
/// A partition that exists holds the watermark until it was assigned and read, whoever reads it
/// meanwhile: rows of it may come yet.
///
/// Threads  one caller.
class KafkaPartitions {
 public:
  using Instant = Watermark::Instant;
  using Number = std::int32_t;

  /// Reads where earlier runs had got to from `from`.
  static Result<KafkaPartitions> make(const KafkaSourceSpec& kafka, const SourcePosition& from);

  std::int64_t start_of(Number number) const;
  void on_assigned(const std::vector<Number>& numbers, Instant now);
  void on_revoked(const std::vector<Number>& numbers, Instant now);
  void revoke_all(Instant now);

  /// The topic has this many: others are gone, or new.
  void set_count(Number count);

  void take(const KafkaStatistics& statistics, Instant now);

  /// Null for one that is not assigned to us.
  KafkaPartition* find_assigned(Number number);

  void on_message(Number number);
  void on_end(Number number, Instant now);
  void on_pause(Number number, bool is_paused);

  /// Goes on at `first` where the messages from the next offset on are gone, or where the topic was
  /// made anew and is shorter. Gives how many messages were lost for good.
  std::int64_t go_on_within(Number number, std::int64_t first);

  /// Partitions that lead the slowest by more than `lead`, or not by half of it any more.
  std::vector<Number> to_pause(Duration lead);
  std::vector<Number> to_resume(Duration lead);

  std::vector<Number> lost() const;
  std::vector<Number> unreachable() const;
  std::vector<Number> unassigned() const;

  /// For how long some partition has not been assigned to us.
  std::chrono::milliseconds unassigned_for(Instant now) const;

  Watermark& watermark() { return watermark_; }
  const std::map<Number, KafkaPartition>& all() const { return partitions_; }
  bool is_first_run() const { return is_first_run_; }

 private:
  KafkaPartitions(const KafkaSourceSpec& kafka)
      : start_(kafka.start), watermark_(kafka.idle_timeout) {}

  std::optional<TimePoint> slowest();

  KafkaStart start_;
  bool is_first_run_ = true;
  Watermark watermark_;
  std::map<Number, KafkaPartition> partitions_;
  std::optional<TimePoint> reference_;  ///< The slowest, while a partition has no time yet.
  std::optional<Instant> unassigned_since_;
};

}  // namespace bellwether::ingest
