#pragma once

#include "bellwether/document/section.hpp"
#include "bellwether/domain/source_spec.hpp"

namespace bellwether::document {

/// Reads the map under `source`: exactly one kind of source.
SourceSpec read_source(Section& section);
Node write_source(const SourceSpec& source);

}  // namespace bellwether::document
