#pragma once

#include "bellwether/document/section.hpp"
#include "bellwether/domain/postgres_source_spec.hpp"

namespace bellwether::document {

/// Reads what stands under `postgres` of a source.
PostgresSourceSpec read_postgres_source(Section& section);
Node write_postgres_source(const PostgresSourceSpec& postgres);

}  // namespace bellwether::document
