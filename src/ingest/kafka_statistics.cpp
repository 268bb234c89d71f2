#include "kafka_statistics.hpp"

#include <charconv>
#include <set>

#include <simdjson.h>

namespace bellwether::ingest {
namespace {

namespace dom = simdjson::dom;

std::set<std::int64_t> connected_brokers(const dom::element& root) {
  std::set<std::int64_t> ids;
  dom::object brokers;
  if (root["brokers"].get(brokers) != simdjson::SUCCESS) return ids;
  for (const auto& [name, broker] : brokers) {
    std::int64_t id = -1;
    std::string_view state;
    // What was only named for bootstrapping, and the group's coordinator, have no id of their own.
    if (broker["nodeid"].get(id) == simdjson::SUCCESS && id >= 0 &&
        broker["state"].get(state) == simdjson::SUCCESS && state == "UP")
      ids.insert(id);
  }
  return ids;
}

}  // namespace

struct KafkaStatisticsReader::Body {
  dom::parser parser;
};

KafkaStatisticsReader::KafkaStatisticsReader() : body_(std::make_unique<Body>()) {}
KafkaStatisticsReader::~KafkaStatisticsReader() = default;

KafkaStatistics KafkaStatisticsReader::read(std::string_view json, std::string_view topic) {
  KafkaStatistics statistics;
  dom::element root;
  if (body_->parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS)
    return statistics;
  const auto connected = connected_brokers(root);
  statistics.brokers_up = connected.size();
  dom::object partitions;
  if (root["topics"][topic]["partitions"].get(partitions) != simdjson::SUCCESS) return statistics;
  for (const auto& [name, partition] : partitions) {
    std::int32_t number = -1;
    std::from_chars(name.data(), name.data() + name.size(), number);
    if (number < 0) continue;
    auto& known = statistics.partitions[number];
    std::int64_t leader = -1;
    if (partition["leader"].get(leader) == simdjson::SUCCESS)
      known.is_reachable = connected.contains(leader);
    std::int64_t end = -1;
    // Up to the last stable offset is all that a reader of committed messages can have.
    if (partition["ls_offset"].get(end) != simdjson::SUCCESS || end < 0)
      if (partition["hi_offset"].get(end) != simdjson::SUCCESS) end = -1;
    known.end_offset = end;
  }
  return statistics;
}

}  // namespace bellwether::ingest
