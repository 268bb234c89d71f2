#pragma once

#include <string>

#include "bellwether/base/problem.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/lookback.hpp"
#include "bellwether/domain/secret_source.hpp"

namespace bellwether {

/// Rows are asked for in a database that speaks PostgreSQL's protocol, one query per interval.
struct PostgresSourceSpec {
  std::string connection{};  ///< Of this name, in place of `url`.
  SecretSource url;          ///< `postgresql://user:password@host/database`, itself a secret.
  std::string table;         ///< See `parse_sql_name`; empty where there is a query.
  std::string query;         ///< With `:from` and `:to`: see `SqlQuery`.
  Lookback historical;
  Duration statement_timeout{std::chrono::minutes(5)};
  Duration give_up_after{std::chrono::hours(1)};  ///< For one interval.

  bool operator==(const PostgresSourceSpec&) const = default;
};

Problems validate(const PostgresSourceSpec& postgres);

}  // namespace bellwether
