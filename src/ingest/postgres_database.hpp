#pragma once

#include <memory>

#include "bellwether/base/byte_budget.hpp"
#include "bellwether/base/result.hpp"
#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/postgres_source_spec.hpp"

#include "sql_connection.hpp"

namespace bellwether::ingest {

/// Sessions with PostgreSQL, or what speaks its protocol (Redshift): read-only, each statement
/// bounded, times in the detector's zone. The URL is read anew for each, so that a password may
/// change. A query that runs counts in the budget, which outlives the database; while that is in
/// use the next one waits.
///
/// Errors   invalid_input: as `validate` of the spec has found.
Result<std::unique_ptr<SqlDatabase>> make_postgres_database(const DetectorSpec& spec,
                                                            const PostgresSourceSpec& postgres,
                                                            ByteBudget& budget);

}  // namespace bellwether::ingest
