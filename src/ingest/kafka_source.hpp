#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bellwether/base/clock.hpp"
#include "bellwether/ingest/row_reader.hpp"
#include "bellwether/ingest/source.hpp"

#include "kafka_consumer.hpp"
#include "kafka_dead_letters.hpp"
#include "kafka_partitions.hpp"
#include "kafka_statistics.hpp"
#include "message_reader.hpp"

namespace bellwether::ingest {

/// Messages of a topic as rows, partition by partition.
///
/// The watermark that is handed out is one that was reached before the topic was last asked for its
/// partitions: what was written to a new partition while those rows were written is waited for.
class KafkaSource final : public Source, private KafkaConsumer::Listener {
 public:
  /// Both make what may be made anew after it failed for good; tests hand in their own.
  using OpenConsumer =
      std::function<Result<std::unique_ptr<KafkaConsumer>>(KafkaConsumer::Listener& listener)>;
  using Now = std::function<Watermark::Instant()>;

  struct Parts {
    OpenConsumer open_consumer;
    std::unique_ptr<KafkaDeadLetters> dead_letters;  ///< May be null.
    KafkaPartitions partitions;
    MessageReader reader;
    const Clock* clock = nullptr;  ///< Null: no row is too far in the future.
    Now now;
  };

  KafkaSource(const DetectorSpec& spec, KafkaSourceSpec kafka, Parts parts);
  ~KafkaSource() override;

  Result<State> next(Intake& intake, std::chrono::milliseconds wait) override;
  Result<void> acknowledge(const SourcePosition& position) override;
  bool listens() const override { return true; }
  void measure(Metrics& metrics) override;

 private:
  using Instant = Watermark::Instant;

  std::int64_t start_of(std::int32_t partition) override { return partitions_.start_of(partition); }
  void on_assigned(const std::vector<std::int32_t>& partitions) override;
  void on_revoked(const std::vector<std::int32_t>& partitions) override;
  void on_statistics(std::string_view json) override;
  void on_trouble(std::string text) override;

  Result<bool> ensure_open();
  void drop_consumer(const std::string& reason);
  void look_around();
  void ask_for_partitions();
  void go_on_where_lost();
  void commit_to_broker();
  void poll(std::chrono::milliseconds wait);

  bool read_batch(Intake& intake);
  void begin_batch(RowBatch& batch, std::int32_t number, std::int64_t offset);
  void read_message(RowBatch& batch, const KafkaMessage& message);
  void note_faults(RowBatch& batch, const KafkaMessage& message, std::size_t first_fault);
  void end_batch(Intake& intake);
  State say(Intake& intake, bool has_batch);
  std::string failure() const;

  DetectorSpec spec_;
  KafkaSourceSpec kafka_;
  OpenConsumer open_consumer_;
  std::unique_ptr<KafkaDeadLetters> dead_letters_;
  KafkaPartitions partitions_;
  MessageReader reader_;
  const Clock* clock_;
  Now now_;
  Duration lead_;
  KafkaStatisticsReader statistics_;

  // The messages at hand.
  std::size_t count_ = 0;
  std::size_t cursor_ = 0;

  // The batch at hand.
  std::int32_t reading_ = -1;  ///< Its partition.
  KafkaPartition* partition_ = nullptr;
  RejectedRows rejected_;
  std::optional<Intake> held_back_;  ///< Until its dead letters are delivered.

  std::optional<TimePoint> watermark_;  ///< As handed out.
  std::optional<Instant> asked_at_;     ///< When the topic last said what partitions it has.
  Instant ask_next_{};
  Instant ask_at_most_{};
  Instant opened_at_{};
  Instant open_next_{};
  bool is_connected_ = false;
  std::string trouble_;  ///< The last one told.
  Instant trouble_at_{};
  std::string no_answer_;    ///< Why the topic's partitions are not known.
  std::string undelivered_;  ///< Why dead letters are not.

  SourcePosition to_commit_;
  Instant commit_next_{};

  std::uint64_t rebalances_ = 0;
  std::uint64_t lost_messages_ = 0;
  std::uint64_t null_messages_ = 0;
  std::vector<std::pair<std::string, std::uint64_t>> told_;  ///< Counters as last measured.

  std::unique_ptr<KafkaConsumer> consumer_;  ///< Ended first: it calls back until then.
};

}  // namespace bellwether::ingest
