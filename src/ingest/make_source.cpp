#include <variant>

#include "bellwether/ingest/source.hpp"

namespace bellwether::ingest {

Result<std::unique_ptr<Source>> make_source(const DetectorSpec& spec, const SourcePosition& from,
                                            const Clock* clock, const AwsDefaults& aws) {
  if (std::holds_alternative<FileSourceSpec>(spec.source))
    return make_file_source(spec, from, clock);
  if (std::holds_alternative<PostgresSourceSpec>(spec.source))
    return make_postgres_source(spec, from, clock);
  if (std::holds_alternative<S3SourceSpec>(spec.source))
    return make_s3_source(spec, from, clock, aws);
  return internal_error("rows of detector '" + spec.name + "' are pushed: no source to open");
}

}  // namespace bellwether::ingest
