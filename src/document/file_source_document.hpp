#pragma once

#include "bellwether/document/section.hpp"
#include "bellwether/domain/file_source_spec.hpp"

namespace bellwether::document {

/// Reads the map under `source.file`.
FileSourceSpec read_file_source(Section& section);
Node write_file_source(const FileSourceSpec& file);

}  // namespace bellwether::document
