#include <utility>
#include <variant>

#include "bellwether/ingest/row_reader.hpp"
#include "bellwether/ingest/source.hpp"

#include "interval_schedule.hpp"
#include "postgres_database.hpp"
#include "sql_source.hpp"

namespace bellwether::ingest {

Result<std::unique_ptr<Source>> make_postgres_source(const DetectorSpec& spec,
                                                     const SourcePosition& from, const Clock* clock,
                                                     const SourceContext& context) {
  const auto* postgres = std::get_if<PostgresSourceSpec>(&spec.source);
  if (postgres == nullptr) return internal_error("the detector's source is not a postgres source");
  if (const auto problems = validate_timestamp(spec.timestamp); !problems.empty())
    return invalid_input(problems.front().field + ": " + problems.front().message);
  auto schedule = IntervalSchedule::make(spec);
  if (!schedule) return schedule.error();
  auto database = make_postgres_database(spec, *postgres, context.bytes);
  if (!database) return database.error();
  const SqlImportSettings settings{.historical = postgres->historical,
                                   .give_up_after = postgres->give_up_after};
  auto source = std::make_unique<SqlSource>(spec, settings, *std::move(schedule),
                                            *std::move(database), clock);
  if (auto continued = source->continue_from(from); !continued) return continued.error();
  return std::unique_ptr<Source>(std::move(source));
}

}  // namespace bellwether::ingest
