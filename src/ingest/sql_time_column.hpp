#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/time_zone.hpp"
#include "bellwether/ingest/timestamp_format.hpp"

#include "sql_connection.hpp"

namespace bellwether::ingest {

/// How the times of a query's rows are read, and how the bounds of an interval are written so that
/// the database compares them with the column itself and can use its index.
///
///     timestamptz   2026-03-20 09:00:00+01:00   the zone's local time: right as `timestamp` too
///     timestamp     2026-03-20 09:00:00         local time of the detector's zone
///     date          2026-03-20                  local day; the detector's interval is a day
///     numbers       1774000000                  with the format UNIX_SECONDS or UNIX_MS
///     text          20260320-09                 as the format says, if such texts sort by time
///
/// Threads  any, once made.
class SqlTimeColumn {
 public:
  /// Errors   invalid_input: the column cannot be compared with a bound; says what would do.
  static Result<SqlTimeColumn> make(const DetectorSpec& spec, const SqlColumn& column);

  /// The text of a bound: rows from `time` on have at least this, earlier ones less.
  std::string bound(TimePoint time) const;

  /// Errors   invalid_input, with the text.
  Result<TimePoint> read(std::string_view text) const;

 private:
  SqlTimeColumn(SqlColumnKind kind, TimeZone zone, TimestampFormat format)
      : kind_(kind), zone_(std::move(zone)), format_(std::move(format)) {}

  SqlColumnKind kind_;
  TimeZone zone_;
  TimestampFormat format_;
};

/// A time as databases write it, `2026-03-20[ 09:00:00[.5]][+01[:00[:00]]]`, and its offset if it
/// has one.
struct SqlTime {
  std::chrono::local_time<std::chrono::milliseconds> local;
  std::optional<std::chrono::seconds> offset;
};

/// Nothing for any other text: `infinity`, years before Christ or beyond 9999.
std::optional<SqlTime> parse_sql_time(std::string_view text);

}  // namespace bellwether::ingest
