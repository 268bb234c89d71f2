#include "postgres_statements.hpp"

#include <algorithm>
#include <vector>

#include "bellwether/domain/sql_query.hpp"

namespace bellwether::ingest {
namespace {

std::string column_list(const DetectorSpec& spec) {
  std::vector<std::string> names{spec.timestamp.column};
  for (const MeasureSpec& measure : spec.measures) names.push_back(measure.column);
  for (const std::string& dimension : spec.dimensions) names.push_back(dimension);
  std::string list;
  for (auto name = names.begin(); name != names.end(); ++name)
    if (std::find(names.begin(), name, *name) == name)
      list += (list.empty() ? "" : ", ") + quoted_name(*name);
  return list;
}

PostgresStatements of_query(const SqlQuery& query, const std::string& time) {
  const std::string text = query.with_numbered_parameters();
  // The line break ends a comment that may stand last.
  const std::string whole = "SELECT * FROM (" + text + "\n) AS asked";
  return {.columns = whole + " LIMIT 0", .rows = text, .rows_by_time = whole + " ORDER BY " + time};
}

}  // namespace

std::string quoted_name(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += c;
    quoted += c;
  }
  return quoted + "\"";
}

Result<PostgresStatements> make_postgres_statements(const DetectorSpec& spec,
                                                    const PostgresSourceSpec& postgres) {
  const std::string time = quoted_name(spec.timestamp.column);
  if (!postgres.query.empty()) {
    const auto query = SqlQuery::parse(postgres.query);
    if (!query) return query.error();
    return of_query(*query, time);
  }
  const auto parts = parse_sql_name(postgres.table);
  if (!parts) return parts.error();
  std::string table;
  for (const std::string& part : *parts) table += (table.empty() ? "" : ".") + quoted_name(part);
  const std::string select = "SELECT " + column_list(spec) + " FROM " + table;
  const std::string rows = select + " WHERE " + time + " >= $1 AND " + time + " < $2";
  return PostgresStatements{
      .columns = select + " LIMIT 0", .rows = rows, .rows_by_time = rows + " ORDER BY " + time};
}

}  // namespace bellwether::ingest
