#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/kafka_source_spec.hpp"

namespace bellwether::ingest {

/// What a poll brought: a message, or news of a partition.
struct KafkaMessage {
  enum class Kind {
    value,
    end,           ///< The partition was read to its end, which is `offset`.
    out_of_range,  ///< There is no message at the offset that was asked for.
    trouble,       ///< Something is wrong with the topic or a partition; see `text`.
  };
  Kind kind = Kind::value;
  std::int32_t partition = -1;
  std::int64_t offset = -1;
  bool is_null = false;
  std::string_view key;
  std::string_view value;
  std::string_view text;
};

/// A member of a consumer group that reads one topic from positions of our own: librdkafka without
/// its types.
///
/// Threads  one caller; the listener is called within `poll` and the destructor.
class KafkaConsumer {
 public:
  /// Whoever keeps the positions.
  class Listener {
   public:
    virtual ~Listener() = default;

    /// Where a partition that was just assigned is to be read from.
    virtual std::int64_t start_of(std::int32_t partition) = 0;
    virtual void on_assigned(const std::vector<std::int32_t>& partitions) = 0;
    virtual void on_revoked(const std::vector<std::int32_t>& partitions) = 0;
    virtual void on_statistics(std::string_view json) = 0;
    virtual void on_trouble(std::string text) = 0;
  };

  static constexpr std::int64_t at_beginning = -2;
  static constexpr std::int64_t at_end = -1;
  static constexpr std::size_t most_messages = 8192;

  /// `most_bytes` is what all sources may hold: a consumer fetches ahead a small part of it.
  static Result<std::unique_ptr<KafkaConsumer>> open(const KafkaSourceSpec& kafka,
                                                     const std::string& group,
                                                     std::size_t most_bytes, Listener& listener);
  virtual ~KafkaConsumer() = default;

  /// Waits for a message and takes what else has arrived; gives how many there are. Those of the
  /// poll before are gone.
  virtual std::size_t poll(std::chrono::milliseconds wait) = 0;
  virtual KafkaMessage message(std::size_t index) const = 0;
  virtual std::optional<TimePoint> time_of(std::size_t index) const = 0;

  virtual void pause(std::int32_t partition, bool is_paused) = 0;

  /// Reads an assigned partition anew from `offset`.
  virtual void restart(std::int32_t partition, std::int64_t offset) = 0;

  /// Tells the broker how far the partitions were taken, for those who watch the group's lag.
  virtual void commit(const std::vector<std::pair<std::int32_t, std::int64_t>>& offsets) = 0;

  // These ask a broker, and wait for it.
  virtual Result<std::int32_t> count_partitions(std::chrono::milliseconds wait) = 0;
  /// The first offset there is, and the one after the last.
  virtual Result<std::pair<std::int64_t, std::int64_t>> find_offsets(
      std::int32_t partition, std::chrono::milliseconds wait) = 0;

  /// Why it is of no use any more.
  virtual std::optional<std::string> fatal_error() const = 0;
};

}  // namespace bellwether::ingest
