#pragma once

#include "bellwether/document/section.hpp"
#include "bellwether/domain/s3_source_spec.hpp"

namespace bellwether::document {

/// Reads the map under `source.s3`.
S3SourceSpec read_s3_source(Section& section);
Node write_s3_source(const S3SourceSpec& s3);

}  // namespace bellwether::document
