#include "postgres_database.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <libpq-fe.h>

#include "bellwether/base/secret.hpp"

#include "postgres_session.hpp"
#include "postgres_statements.hpp"
#include "postgres_url.hpp"

namespace bellwether::ingest {
namespace {

/// Rows of one round trip. Redshift refuses more on a cluster of one node.
constexpr const char* fetch_statement = "FETCH FORWARD 1000 FROM bellwether_rows";

/// What is handed on at once, so that wide rows do not stand in memory by the thousand.
constexpr std::size_t piece_bytes = std::size_t{1} << 20U;

/// What a query takes while it runs: libpq's buffer and its copy of a row, the piece at hand.
constexpr std::size_t query_room_bytes = 6 * PostgresSession::max_row_bytes;

/// How much longer than the server's own bound on a statement its answer is waited for.
constexpr std::chrono::seconds answer_grace{30};

/// The kinds of built-in types, by their fixed object ids (pg_type.dat).
SqlColumn column_of(const char* name, Oid type) {
  struct Known {
    Oid id;
    SqlColumnKind kind;
    const char* name;
  };
  static constexpr Known known_types[] = {{1184, SqlColumnKind::moment, "timestamptz"},
                                          {1114, SqlColumnKind::local, "timestamp"},
                                          {1082, SqlColumnKind::date, "date"},
                                          {20, SqlColumnKind::number, "bigint"},
                                          {21, SqlColumnKind::number, "smallint"},
                                          {23, SqlColumnKind::number, "integer"},
                                          {700, SqlColumnKind::number, "real"},
                                          {701, SqlColumnKind::number, "double precision"},
                                          {1700, SqlColumnKind::number, "numeric"},
                                          {25, SqlColumnKind::text, "text"},
                                          {1043, SqlColumnKind::text, "varchar"},
                                          {1042, SqlColumnKind::text, "char"},
                                          {705, SqlColumnKind::text, "unknown"},
                                          {16, SqlColumnKind::other, "boolean"}};
  for (const Known& known : known_types)
    if (known.id == type) return {name, known.kind, known.name};
  return {name, SqlColumnKind::other, "with object id " + std::to_string(type)};
}

class PostgresConnection final : public SqlConnection {
 public:
  PostgresConnection(PostgresUrl url, PostgresStatements statements, Duration statement_timeout,
                     std::string zone_name, ByteBudget& budget, std::stop_token stop)
      : url_(std::move(url)),
        statements_(std::move(statements)),
        statement_timeout_(statement_timeout),
        zone_name_(std::move(zone_name)),
        budget_(budget),
        stop_(std::move(stop)) {}

  Result<void> open() {
    session_.reset();
    auto session = PostgresSession::open(url_, stop_);
    if (!session) return noted(session.error());
    session_ = *std::move(session);
    session_->set_patience(statement_timeout_ + answer_grace);
    const std::string timeout = std::to_string(statement_timeout_.count());
    for (const std::string& setting :
         {"statement_timeout = " + timeout, std::string("DateStyle = 'ISO'"),
          std::string("extra_float_digits = 2"), "TimeZone = " + session_->quoted(zone_name_),
          std::string("client_encoding = 'UTF8'")})
      if (auto set = session_->run("SET " + setting); !set) return noted(set.error());
    return ok();
  }

  Result<std::vector<SqlColumn>> columns() override {
    if (auto begun = session_->run("BEGIN READ ONLY"); !begun) return noted(begun.error());
    const std::array<const char*, 2> nulls{nullptr, nullptr};
    const auto sent = session_->send(statements_.columns, asks_with_bounds(statements_.columns)
                                                              ? std::span<const char* const>(nulls)
                                                              : std::span<const char* const>());
    if (!sent) return noted(sent.error());
    std::vector<SqlColumn> columns;
    while (true) {
      const auto result = session_->next();
      if (!result) return noted(result.error());
      if (!*result) break;
      columns.clear();
      for (int i = 0; i < PQnfields(result->get()); ++i)
        columns.push_back(column_of(PQfname(result->get(), i), PQftype(result->get(), i)));
    }
    if (auto ended = session_->run("COMMIT"); !ended) return noted(ended.error());
    return columns;
  }

  Result<void> begin(const SqlBounds& bounds) override {
    auto room = budget_.wait_and_reserve(query_room_bytes, stop_);
    if (!room) return noted(room.error());
    room_ = *std::move(room);
    if (session_->is_worn())
      if (auto opened = open(); !opened) return opened;
    if (auto begun = session_->run("BEGIN READ ONLY"); !begun) return noted(begun.error());
    const auto& rows = bounds.is_in_order ? statements_.rows_by_time : statements_.rows;
    const std::array parameters{bounds.from.c_str(), bounds.to.c_str()};
    is_fetching_ = false;
    return noted(session_->run("DECLARE bellwether_rows CURSOR FOR " + rows, parameters));
  }

  Result<const SqlRows*> fetch() override {
    forget_rows();
    session_->renew_patience();
    while (held_bytes_ < piece_bytes) {
      if (!is_fetching_) {
        if (auto sent = session_->send(fetch_statement); !sent) return noted(sent.error());
        is_fetching_ = true;
        fetched_rows_ = 0;
      }
      const auto result = session_->next();
      if (!result) return failed(result.error());
      for (int row = 0; row < PQntuples(result->get()); ++row) take_row(result->get(), row);
      if (*result) continue;
      is_fetching_ = false;
      if (fetched_rows_ > 0) break;
      if (auto ended = session_->run("COMMIT"); !ended) return noted(ended.error());
      room_.release();
      break;
    }
    view_rows();
    return &rows_;
  }

 private:
  /// A value of the rows at hand, as a place in `texts_`.
  struct Place {
    std::size_t begin = 0;
    std::size_t length = 0;
    bool is_null = false;
  };

  static bool asks_with_bounds(const std::string& statement) {
    return statement.find("$1") != std::string::npos;
  }

  Error noted(const Error& error) const {
    return while_doing("PostgreSQL at " + url_.shown(),
                       {error.code, url_.without_secrets(error.message)});
  }
  Result<void> noted(Result<void> result) const {
    if (result) return result;
    return noted(result.error());
  }

  /// A row that is too long is one whenever it is asked for.
  Error failed(const Error& error) const {
    return noted(session_->has_met_long_row() ? invalid_input(error.message) : error);
  }

  void forget_rows() {
    texts_.clear();
    places_.clear();
    rows_ = {};
    held_bytes_ = 0;
  }

  void take_row(const PGresult* result, int row) {
    ++fetched_rows_;
    rows_.column_count = static_cast<std::size_t>(PQnfields(result));
    for (int column = 0; column < PQnfields(result); ++column) {
      const auto length = static_cast<std::size_t>(PQgetlength(result, row, column));
      places_.push_back({texts_.size(), length, PQgetisnull(result, row, column) != 0});
      texts_.append(PQgetvalue(result, row, column), length);
      held_bytes_ += length + sizeof(Place) + sizeof(rows_.fields.front());
    }
  }

  /// Only once all texts stand where they stay.
  void view_rows() {
    rows_.fields.reserve(places_.size());
    for (const Place& place : places_)
      rows_.fields.push_back(place.is_null
                                 ? std::optional<std::string_view>()
                                 : std::string_view(texts_).substr(place.begin, place.length));
  }

  PostgresUrl url_;
  PostgresStatements statements_;
  const Duration statement_timeout_;
  const std::string zone_name_;
  ByteBudget& budget_;
  const std::stop_token stop_;
  std::unique_ptr<PostgresSession> session_;
  ByteReservation room_;  ///< While a query runs.
  bool is_fetching_ = false;
  std::size_t fetched_rows_ = 0;  ///< By the `FETCH` at hand.
  std::string texts_;
  std::vector<Place> places_;
  std::size_t held_bytes_ = 0;
  SqlRows rows_;  ///< Views of `texts_`.
};

class PostgresDatabase final : public SqlDatabase {
 public:
  PostgresDatabase(PostgresSourceSpec postgres, std::string zone_name,
                   PostgresStatements statements, ByteBudget& budget)
      : postgres_(std::move(postgres)),
        zone_name_(std::move(zone_name)),
        statements_(std::move(statements)),
        budget_(budget) {}

  Result<std::unique_ptr<SqlConnection>> connect() override {
    const auto secret = read_secret("url", postgres_.url.file, postgres_.url.environment_variable);
    if (!secret) return secret.error();
    auto url = PostgresUrl::parse(*secret);
    if (!url) return url.error();
    auto connection = std::make_unique<PostgresConnection>(*std::move(url), statements_,
                                                           postgres_.statement_timeout, zone_name_,
                                                           budget_, stop_.get_token());
    if (auto opened = connection->open(); !opened) return opened.error();
    return std::unique_ptr<SqlConnection>(std::move(connection));
  }

  void interrupt() override { stop_.request_stop(); }

 private:
  PostgresSourceSpec postgres_;
  std::string zone_name_;
  PostgresStatements statements_;
  ByteBudget& budget_;
  std::stop_source stop_;
};

}  // namespace

Result<std::unique_ptr<SqlDatabase>> make_postgres_database(const DetectorSpec& spec,
                                                            const PostgresSourceSpec& postgres,
                                                            ByteBudget& budget) {
  auto statements = make_postgres_statements(spec, postgres);
  if (!statements) return statements.error();
  return std::unique_ptr<SqlDatabase>(std::make_unique<PostgresDatabase>(
      postgres, spec.timestamp.timezone, *std::move(statements), budget));
}

}  // namespace bellwether::ingest
