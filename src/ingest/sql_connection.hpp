#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"

namespace bellwether::ingest {

/// What a column's values are, as far as times go.
enum class SqlColumnKind : std::uint8_t {
  moment,  ///< A time that knows its zone.
  local,   ///< A date and time of day of some zone.
  date,
  number,
  text,
  other,
};

struct SqlColumn {
  std::string name;
  SqlColumnKind kind = SqlColumnKind::other;
  std::string type;  ///< As the database calls it, for people.
};

/// The rows to ask for: those whose time is `from` or later, and before `to`. Both are written as
/// the time column's kind wants it (`SqlTimeColumn`).
struct SqlBounds {
  std::string from;
  std::string to;
  bool is_in_order = false;  ///< Whether rows must come in order of time.
};

/// Some rows of a query as texts, row after row; a null is no text.
struct SqlRows {
  std::size_t column_count = 0;
  std::vector<std::optional<std::string_view>> fields;

  std::size_t row_count() const { return column_count == 0 ? 0 : fields.size() / column_count; }
  const std::optional<std::string_view>* row(std::size_t index) const {
    return fields.data() + index * column_count;
  }
};

/// One session with a database, which asks one detector's query for one range of time after the
/// other. This is what another kind of database has to offer (docs/decisions/0018-sql-sources.md).
///
/// Errors   unavailable for what may pass: the session is then to be given up. Messages say where
///          and what would be right, and hold no secret.
/// Threads  one caller.
class SqlConnection {
 public:
  virtual ~SqlConnection() = default;

  /// The columns of the query, in the order of its rows' fields.
  ///
  /// Errors   invalid_input: the table, a column or a right is missing.
  virtual Result<std::vector<SqlColumn>> columns() = 0;

  /// Begins a query; one at a time.
  ///
  /// Errors   invalid_input: the database refuses it, whatever the rows.
  virtual Result<void> begin(const SqlBounds& bounds) = 0;

  /// The next rows, valid until the next call; none when the query is over. Memory does not grow
  /// with the rows of a query.
  ///
  /// Errors   invalid_input: it fails over a row, such as at a division by zero.
  virtual Result<const SqlRows*> fetch() = 0;
};

/// Where sessions come from.
class SqlDatabase {
 public:
  virtual ~SqlDatabase() = default;

  /// Errors   invalid_input: the address or the password is wrong, or cannot be read.
  virtual Result<std::unique_ptr<SqlConnection>> connect() = 0;

  /// From any thread: whoever waits for the database is to get an error soon, now and ever after.
  virtual void interrupt() = 0;
};

}  // namespace bellwether::ingest
