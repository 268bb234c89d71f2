#include <chrono>
#include <utility>
#include <variant>

#include "kafka_consumer.hpp"
#include "kafka_dead_letters.hpp"
#include "kafka_partitions.hpp"
#include "kafka_source.hpp"
#include "message_reader.hpp"

namespace bellwether::ingest {

Result<std::unique_ptr<Source>> make_kafka_source(const DetectorSpec& spec,
                                                  const SourcePosition& from, const Clock* clock,
                                                  const SourceContext& context) {
  const auto* kafka = std::get_if<KafkaSourceSpec>(&spec.source);
  if (kafka == nullptr) return internal_error("the detector's source is not a Kafka source");
  RowSchema schema{spec, std::nullopt};
  schema.has_given_times = kafka->has_message_time;
  auto reader = MessageReader::make(schema, kafka->format);
  if (!reader) return reader.error();
  auto partitions = KafkaPartitions::make(*kafka, from);
  if (!partitions) return partitions.error();
  std::unique_ptr<KafkaDeadLetters> letters;
  if (!kafka->dead_letter_topic.empty()) {
    auto opened = open_dead_letters(*kafka, spec.name);
    if (!opened) return opened.error();
    letters = std::move(*opened);
  }
  const std::string group = kafka->group.empty() ? "bellwether-" + spec.name : kafka->group;
  KafkaSource::Parts parts{
      .open_consumer =
          [settings = *kafka, group, most_bytes = context.bytes.bytes()](auto& listener) {
            return KafkaConsumer::open(settings, group, most_bytes, listener);
          },
      .dead_letters = std::move(letters),
      .partitions = *std::move(partitions),
      .reader = *std::move(reader),
      .clock = clock,
      .now = [] { return std::chrono::steady_clock::now(); }};
  return std::unique_ptr<Source>(std::make_unique<KafkaSource>(spec, *kafka, std::move(parts)));
}

}  // namespace bellwether::ingest
