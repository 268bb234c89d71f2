#include "bellwether/domain/source_spec.hpp"

namespace bellwether {

Problems validate(const SourceSpec& source) {
  struct Validator {
    Problems operator()(const HttpSourceSpec&) const { return {}; }
    Problems operator()(const FileSourceSpec& file) const { return validate(file); }
    Problems operator()(const KafkaSourceSpec& kafka) const { return validate(kafka); }
    Problems operator()(const S3SourceSpec& s3) const { return validate(s3); }
    Problems operator()(const PostgresSourceSpec& postgres) const { return validate(postgres); }
  };
  return std::visit(Validator{}, source);
}

}  // namespace bellwether
