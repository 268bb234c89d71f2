#include "postgres_database.hpp"

#include <sys/socket.h>

#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <pqxx/pqxx>

#include "bellwether/base/secret.hpp"

#include "postgres_error.hpp"
#include "postgres_statements.hpp"
#include "postgres_url.hpp"

namespace bellwether::ingest {
namespace {

/// Rows of one round trip. Redshift refuses more on a cluster of one node.
constexpr const char* fetch_statement = "FETCH FORWARD 1000 FROM bellwether_rows";

/// Breaks the line of a session from another thread. Shutting the socket down cannot come too
/// early: whatever is sent or awaited afterwards fails.
class LineBreaker {
 public:
  /// Whether the session may go on.
  bool watch(int socket) {
    const std::lock_guard lock(mutex_);
    if (is_broken_) return false;
    socket_ = socket;
    return true;
  }
  void forget() {
    const std::lock_guard lock(mutex_);
    socket_ = -1;
  }
  void break_it() {
    const std::lock_guard lock(mutex_);
    is_broken_ = true;
    if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
  }
  bool is_broken() {
    const std::lock_guard lock(mutex_);
    return is_broken_;
  }

 private:
  std::mutex mutex_;
  int socket_ = -1;
  bool is_broken_ = false;
};

/// The kinds of built-in types, by their fixed object ids (pg_type.dat).
SqlColumn column_of(const char* name, pqxx::oid type) {
  struct Known {
    pqxx::oid id;
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

/// Where foreign exceptions become errors.
template <class Step>
auto guarded(const PostgresUrl& url, Step step) -> decltype(step()) {
  const auto at = "PostgreSQL at " + url.shown();
  try {
    return step();
  } catch (const pqxx::sql_error& failure) {
    return while_doing(at,
                       error_of_statement(failure.sqlstate(), url.without_secrets(failure.what())));
  } catch (const pqxx::broken_connection& failure) {
    return while_doing(at, error_of_session(url.without_secrets(failure.what())));
  } catch (const std::exception& failure) {
    return while_doing(at, unavailable(url.without_secrets(failure.what())));
  }
}

class PostgresConnection final : public SqlConnection {
 public:
  PostgresConnection(PostgresUrl url, PostgresStatements statements,
                     std::shared_ptr<LineBreaker> line)
      : url_(std::move(url)), statements_(std::move(statements)), line_(std::move(line)) {}

  ~PostgresConnection() override {
    transaction_.reset();
    line_->forget();  // The number of the socket may be another's from now on.
  }
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  Result<void> open(Duration statement_timeout, const std::string& zone_name) {
    return guarded(url_, [&]() -> Result<void> {
      if (line_->is_broken()) return unavailable("the source is being stopped");
      connection_.emplace(url_.with_defaults());
      if (!line_->watch(connection_->sock())) return unavailable("the source is being stopped");
      connection_->set_variable("statement_timeout", std::to_string(statement_timeout.count()));
      connection_->set_variable("DateStyle", "'ISO'");
      connection_->set_variable("extra_float_digits", "2");
      connection_->set_variable("TimeZone", connection_->quote(zone_name));
      connection_->set_client_encoding("UTF8");
      transaction_.emplace(*connection_);
      return ok();
    });
  }

  Result<std::vector<SqlColumn>> columns() override {
    return guarded(url_, [&]() -> Result<std::vector<SqlColumn>> {
      transaction_->exec("BEGIN READ ONLY");
      const pqxx::result none =
          asks_with_bounds(statements_.columns)
              ? transaction_->exec_params(statements_.columns, static_cast<const char*>(nullptr),
                                          static_cast<const char*>(nullptr))
              : transaction_->exec(statements_.columns);
      std::vector<SqlColumn> columns;
      for (pqxx::row::size_type i = 0; i < none.columns(); ++i)
        columns.push_back(column_of(none.column_name(i), none.column_type(i)));
      transaction_->exec("COMMIT");
      return columns;
    });
  }

  Result<void> begin(const SqlBounds& bounds) override {
    return guarded(url_, [&]() -> Result<void> {
      transaction_->exec("BEGIN READ ONLY");
      const auto& rows = bounds.is_in_order ? statements_.rows_by_time : statements_.rows;
      transaction_->exec_params("DECLARE bellwether_rows CURSOR FOR " + rows, bounds.from,
                                bounds.to);
      return ok();
    });
  }

  Result<const SqlRows*> fetch() override {
    return guarded(url_, [&]() -> Result<const SqlRows*> {
      fetched_ = transaction_->exec(fetch_statement);
      if (fetched_.empty()) transaction_->exec("COMMIT");
      view_fetched();
      return &rows_;
    });
  }

 private:
  static bool asks_with_bounds(const std::string& statement) {
    return statement.find("$1") != std::string::npos;
  }

  void view_fetched() {
    rows_.column_count = fetched_.columns();
    rows_.fields.clear();
    rows_.fields.reserve(rows_.column_count * fetched_.size());
    for (const pqxx::row& row : fetched_)
      for (const pqxx::field& field : row)
        rows_.fields.push_back(field.is_null() ? std::optional<std::string_view>()
                                               : std::string_view(field.c_str(), field.size()));
  }

  PostgresUrl url_;
  PostgresStatements statements_;
  std::shared_ptr<LineBreaker> line_;  ///< Shared with the database, which may outlive it or not.
  std::optional<pqxx::connection> connection_;
  std::optional<pqxx::nontransaction> transaction_;  ///< We say ourselves when one begins.
  pqxx::result fetched_;
  SqlRows rows_;  ///< Views of it.
};

class PostgresDatabase final : public SqlDatabase {
 public:
  PostgresDatabase(PostgresSourceSpec postgres, std::string zone_name,
                   PostgresStatements statements)
      : postgres_(std::move(postgres)),
        zone_name_(std::move(zone_name)),
        statements_(std::move(statements)) {}

  Result<std::unique_ptr<SqlConnection>> connect() override {
    const auto secret = read_secret("url", postgres_.url.file, postgres_.url.environment_variable);
    if (!secret) return secret.error();
    auto url = PostgresUrl::parse(*secret);
    if (!url) return url.error();
    auto connection = std::make_unique<PostgresConnection>(*std::move(url), statements_, line_);
    if (auto opened = connection->open(postgres_.statement_timeout, zone_name_); !opened)
      return opened.error();
    return std::unique_ptr<SqlConnection>(std::move(connection));
  }

  void interrupt() override { line_->break_it(); }

 private:
  PostgresSourceSpec postgres_;
  std::string zone_name_;
  PostgresStatements statements_;
  std::shared_ptr<LineBreaker> line_ = std::make_shared<LineBreaker>();
};

}  // namespace

Result<std::unique_ptr<SqlDatabase>> make_postgres_database(const DetectorSpec& spec,
                                                            const PostgresSourceSpec& postgres) {
  auto statements = make_postgres_statements(spec, postgres);
  if (!statements) return statements.error();
  return std::unique_ptr<SqlDatabase>(std::make_unique<PostgresDatabase>(
      postgres, spec.timestamp.timezone, *std::move(statements)));
}

}  // namespace bellwether::ingest
