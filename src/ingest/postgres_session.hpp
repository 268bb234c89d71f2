#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>

#include "bellwether/base/result.hpp"

#include "postgres_url.hpp"
#include "postgres_wire.hpp"

// libpq's own names, so that its header stays in few files.
// NOLINTBEGIN(readability-identifier-naming)
struct pg_conn;
struct pg_result;
// NOLINTEND(readability-identifier-naming)

namespace bellwether::ingest {

struct FreePostgres {
  void operator()(pg_conn* connection) const;
  void operator()(pg_result* result) const;
};
using PostgresResult = std::unique_ptr<pg_result, FreePostgres>;

/// A session with a server that speaks PostgreSQL's protocol, whoever that is: every wait ends, and
/// memory does not depend on what the server sends.
///
/// Errors   unavailable: the session is lost, stopped, takes too long or sends more than it may,
///          and is to be given up; those of `error_of_statement` for what the server refuses.
/// Threads  one caller.
/// Cost     memory for two rows of `max_row_bytes`.
class PostgresSession {
 public:
  /// A row of more is none of a detector's: a line of a file may be as long.
  static constexpr std::size_t max_row_bytes = std::size_t{1} << 20U;

  /// What one session may send beside rows: notices, settings, descriptions. libpq keeps every
  /// setting that a server reports.
  static constexpr std::uint64_t max_bytes_beside_rows = std::uint64_t{8} << 20U;

  /// `stop` ends all waiting.
  static Result<std::unique_ptr<PostgresSession>> open(const PostgresUrl& url,
                                                       std::stop_token stop);

  /// Sends one statement, with parameters as texts; a null pointer is a null.
  Result<void> send(const std::string& statement, std::span<const char* const> parameters = {});

  /// What comes next of the answer: one row, or what ends it; null after that.
  Result<PostgresResult> next();

  /// Sends and passes over the answer.
  Result<void> run(const std::string& statement, std::span<const char* const> parameters = {});

  /// How long an answer, or the next piece of one, is waited for from now on.
  void set_patience(std::chrono::milliseconds patience) { patience_ = patience; }
  void renew_patience();

  /// Whether the session was given up over a message that was too long.
  bool has_met_long_row() const { return has_met_long_row_; }

  /// Whether a new session should take over before the next query: every query has an answer
  /// beside its rows, and of a session that lasts long they come near the bound.
  bool is_worn() const { return bytes_beside_rows() > max_bytes_beside_rows / 2; }

  /// A text as a literal of SQL.
  std::string quoted(const std::string& text) const;

 private:
  explicit PostgresSession(std::stop_token stop) : stop_(std::move(stop)) {}

  Result<void> connect(const std::string& url);
  Result<void> watch_socket();
  Result<void> step();
  Result<void> check() const;
  Result<void> check_row();
  Result<void> check_rest() const;
  std::uint64_t bytes_beside_rows() const;
  Error lost() const;

  const std::stop_token stop_;
  std::unique_ptr<PostgresWire> wire_;  ///< Ends after the connection: it has its last words.
  std::unique_ptr<pg_conn, FreePostgres> connection_;
  std::chrono::milliseconds patience_{30'000};
  std::chrono::steady_clock::time_point deadline_;
  std::uint64_t passed_bytes_ = 0;  ///< Of the wire's, when the last row was whole.
  std::uint64_t row_bytes_ = 0;     ///< Of all rows so far, as the protocol writes them.
  bool has_met_long_row_ = false;
};

}  // namespace bellwether::ingest
