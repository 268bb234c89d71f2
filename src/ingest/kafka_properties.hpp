#pragma once

#include <string>

#include "bellwether/base/problem.hpp"
#include "bellwether/base/result.hpp"
#include "bellwether/domain/kafka_source_spec.hpp"
#include "bellwether/net/kafka_conf.hpp"

namespace bellwether::ingest {

/// Properties that librdkafka does not know, or whose value it refuses; fields
/// "kafka.properties.X".
Problems validate_properties(const KafkaSourceSpec& kafka);

/// What connects to the source's brokers.
///
/// Errors   invalid_input: a property is refused, or a secret cannot be read.
Result<net::KafkaConf> make_connection_conf(const KafkaSourceSpec& kafka);

/// The same for a member of the group, with our defaults for consumers and the properties nobody
/// may set. `most_bytes` is what all sources may hold: a consumer fetches ahead a small part of it.
Result<net::KafkaConf> make_consumer_conf(const KafkaSourceSpec& kafka, const std::string& group,
                                          std::size_t most_bytes);

}  // namespace bellwether::ingest
