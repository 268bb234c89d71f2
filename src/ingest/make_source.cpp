#include <variant>

#include "bellwether/ingest/source.hpp"

#include "kafka_properties.hpp"

namespace bellwether::ingest {

Problems validate_source(const SourceSpec& source) {
  Problems problems;
  if (const auto* kafka = std::get_if<KafkaSourceSpec>(&source))
    problems = validate_properties(*kafka);
  for (Problem& problem : problems) problem.field.insert(0, "source.");
  return problems;
}

Result<std::unique_ptr<Source>> make_source(const DetectorSpec& spec, const SourcePosition& from,
                                            const Clock* clock, const SourceContext& context) {
  if (std::holds_alternative<FileSourceSpec>(spec.source))
    return make_file_source(spec, from, clock);
  if (std::holds_alternative<KafkaSourceSpec>(spec.source))
    return make_kafka_source(spec, from, clock, context);
  if (std::holds_alternative<S3SourceSpec>(spec.source))
    return make_s3_source(spec, from, clock, context);
  if (std::holds_alternative<PostgresSourceSpec>(spec.source))
    return make_postgres_source(spec, from, clock, context);
  return internal_error("rows of detector '" + spec.name + "' are pushed: no source to open");
}

}  // namespace bellwether::ingest
