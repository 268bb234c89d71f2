#pragma once

#include "bellwether/document/section.hpp"
#include "bellwether/domain/kafka_source_spec.hpp"

namespace bellwether::document {

/// Reads the map under `source.kafka`.
KafkaSourceSpec read_kafka_source(Section& section);
Node write_kafka_source(const KafkaSourceSpec& kafka);

}  // namespace bellwether::document
