#include "bellwether/domain/postgres_source_spec.hpp"

#include "bellwether/domain/sql_query.hpp"

namespace bellwether {

Problems validate(const PostgresSourceSpec& postgres) {
  Problems problems;
  const auto add = [&](const char* key, std::string message) {
    problems.push_back({std::string("postgres.") + key, std::move(message), 0, 0});
  };
  if (!postgres.connection.empty() && postgres.url.is_set())
    add(postgres.url.file.empty() ? "url_env" : "url_file", "is the connection's; leave it out");
  if (postgres.connection.empty() && !postgres.url.is_set())
    add("url_file", "is missing; give url_file or url_env, where the URL of the database is read");
  if (!postgres.url.file.empty() && !postgres.url.environment_variable.empty())
    add("url_env", "give either url_file or url_env, not both");
  if (postgres.table.empty() == postgres.query.empty())
    add("table", postgres.table.empty() ? "is missing; give a table, or a query with :from and :to"
                                        : "give either a table or a query, not both");
  if (!postgres.table.empty())
    if (const auto name = parse_sql_name(postgres.table); !name) add("table", name.error().message);
  if (!postgres.query.empty())
    if (const auto query = SqlQuery::parse(postgres.query); !query)
      add("query", query.error().message);
  for (Problem& problem : validate("postgres.historical", postgres.historical))
    problems.push_back(std::move(problem));
  if (postgres.statement_timeout < std::chrono::seconds(1) ||
      postgres.statement_timeout > std::chrono::days(1))
    add("statement_timeout", "must be between 1s and 1d");
  if (postgres.give_up_after < Duration(0) || postgres.give_up_after > std::chrono::days(30))
    add("give_up_after", "must be between 0s and 30d");
  return problems;
}

}  // namespace bellwether
