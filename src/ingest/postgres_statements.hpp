#pragma once

#include <string>
#include <string_view>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/postgres_source_spec.hpp"

namespace bellwether::ingest {

/// What one detector asks PostgreSQL, as texts with `$1` and `$2` for the bounds. Nothing in them
/// that Redshift does not know.
struct PostgresStatements {
  std::string columns;       ///< No row, to learn the columns.
  std::string rows;          ///< The rows of a range, in any order.
  std::string rows_by_time;  ///< The same, in order of time.
};

/// Errors   invalid_input: as `validate` of the spec has found.
Result<PostgresStatements> make_postgres_statements(const DetectorSpec& spec,
                                                    const PostgresSourceSpec& postgres);

/// A name between double quotes, whatever is in it.
std::string quoted_name(std::string_view name);

}  // namespace bellwether::ingest
