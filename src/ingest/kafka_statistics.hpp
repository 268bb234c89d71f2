#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace bellwether::ingest {

/// What librdkafka says of a topic in its statistics.
struct KafkaStatistics {
  struct Partition {
    bool is_reachable = false;     ///< The broker that leads it is connected.
    std::int64_t end_offset = -1;  ///< Of the message that would come next; -1: not known.
  };
  std::size_t brokers_up = 0;
  std::map<std::int32_t, Partition> partitions;
};

/// Reads the statistics.
///
/// Source   librdkafka's STATISTICS.md
class KafkaStatisticsReader {
 public:
  KafkaStatisticsReader();
  ~KafkaStatisticsReader();
  KafkaStatisticsReader(const KafkaStatisticsReader&) = delete;
  KafkaStatisticsReader& operator=(const KafkaStatisticsReader&) = delete;

  /// What cannot be read is left out: nothing is then reachable.
  KafkaStatistics read(std::string_view json, std::string_view topic);

 private:
  struct Body;
  std::unique_ptr<Body> body_;
};

}  // namespace bellwether::ingest
