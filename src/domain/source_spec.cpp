#include "bellwether/domain/source_spec.hpp"

namespace bellwether {

Problems validate(const SourceSpec& source) {
  if (const auto* postgres = std::get_if<PostgresSourceSpec>(&source)) return validate(*postgres);
  if (const auto* file = std::get_if<FileSourceSpec>(&source)) return validate(*file);
  if (const auto* s3 = std::get_if<S3SourceSpec>(&source)) return validate(*s3);
  return {};
}

}  // namespace bellwether
