#include "sql_time_column.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <system_error>

#include "bellwether/ingest/time_zone_database.hpp"

#include "text.hpp"

namespace bellwether::ingest {
namespace {

using LocalTime = std::chrono::local_time<std::chrono::milliseconds>;
using std::chrono::seconds;

/// The parts of a local time, as patterns name them.
struct LocalFields {
  int year;
  unsigned month, day, hour, minute, second;
};

LocalFields fields_of(LocalTime local) {
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<seconds>(local - day));
  return {static_cast<int>(date.year()),
          static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()),
          static_cast<unsigned>(time.hours().count()),
          static_cast<unsigned>(time.minutes().count()),
          static_cast<unsigned>(time.seconds().count())};
}

std::string padded(unsigned value, int width) {
  std::array<char, 16> text{};
  const int length = std::snprintf(text.data(), text.size(), "%0*u", width, value);
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string date_text(LocalTime local) {
  const LocalFields at = fields_of(local);
  return padded(static_cast<unsigned>(at.year), 4) + "-" + padded(at.month, 2) + "-" +
         padded(at.day, 2);
}

std::string time_text(LocalTime local) {
  const LocalFields at = fields_of(local);
  return date_text(local) + " " + padded(at.hour, 2) + ":" + padded(at.minute, 2) + ":" +
         padded(at.second, 2);
}

std::string offset_text(seconds offset) {
  const std::chrono::hh_mm_ss<seconds> parts(std::chrono::abs(offset));
  return (offset < seconds(0) ? "-" : "+") +
         padded(static_cast<unsigned>(parts.hours().count()), 2) + ":" +
         padded(static_cast<unsigned>(parts.minutes().count()), 2) +
         (parts.seconds() == seconds(0)
              ? ""
              : ":" + padded(static_cast<unsigned>(parts.seconds().count()), 2));
}

/// The first local time that means `time` or later. They differ only in the second pass of a
/// doubled hour, whose local times are taken for those of the first: the bound is then its end.
LocalTime local_bound(const TimeZone& zone, TimePoint time) {
  LocalTime low = zone.to_local(time);
  if (zone.from_local(low) >= time) return low;
  LocalTime high = low + std::chrono::hours(24);
  while (high - low > std::chrono::milliseconds(1)) {
    const LocalTime middle = low + (high - low) / 2;
    (zone.from_local(middle) >= time ? high : low) = middle;
  }
  return high;
}

/// A pattern whose texts sort by time: years first, then ever smaller parts, each of full width.
bool is_sortable(std::string_view pattern) {
  static constexpr std::array parts{"yyyy", "MM", "dd", "HH", "mm", "ss"};
  if (pattern.find("''") != std::string_view::npos) return false;  // Not worth the trouble.
  std::size_t next = 0;
  for (std::size_t i = 0; i < pattern.size();) {
    const char c = pattern[i];
    std::size_t end = i + 1;
    if (c == '\'') {
      end = pattern.find('\'', i + 1);
      if (end == std::string_view::npos) return false;
      ++end;
    } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
      while (end < pattern.size() && pattern[end] == c) ++end;
      if (next == parts.size() || pattern.substr(i, end - i) != parts.at(next)) return false;
      ++next;
    }
    i = end;
  }
  return next >= 3;
}

/// The local time in a sortable pattern.
std::string write_pattern(std::string_view pattern, LocalTime local) {
  const LocalFields at = fields_of(local);
  std::string text;
  for (std::size_t i = 0; i < pattern.size();) {
    std::size_t end = i + 1;
    switch (pattern[i]) {
      case '\'':
        end = pattern.find('\'', i + 1) + 1;
        text += pattern.substr(i + 1, end - i - 2);
        break;
      case 'y':
        end = i + 4;
        text += padded(static_cast<unsigned>(at.year), 4);
        break;
      case 'M':
        end = i + 2;
        text += padded(at.month, 2);
        break;
      case 'd':
        end = i + 2;
        text += padded(at.day, 2);
        break;
      case 'H':
        end = i + 2;
        text += padded(at.hour, 2);
        break;
      case 'm':
        end = i + 2;
        text += padded(at.minute, 2);
        break;
      case 's':
        end = i + 2;
        text += padded(at.second, 2);
        break;
      default:
        text += pattern[i];
    }
    i = end;
  }
  return text;
}

/// Reads numbers off the front of a text.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool is_over() const { return rest_.empty(); }
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::optional<int> number(std::size_t digits) {
    int value = 0;
    if (rest_.size() < digits) return std::nullopt;
    for (const char c : rest_.substr(0, digits)) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(digits);
    return value;
  }
  /// Milliseconds of a fraction of any length, cut off.
  int fraction() {
    int value = 0;
    for (int scale = 100; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
         scale /= 10) {
      value += (rest_.front() - '0') * scale;
      rest_.remove_prefix(1);
    }
    return value;
  }
  /// `+01`, `+01:00`, `-00:19:32` or `Z`.
  bool offset(std::optional<seconds>& offset) {
    if (take('Z')) {
      offset = seconds(0);
      return true;
    }
    const bool is_west = take('-');
    if (!is_west && !take('+')) return false;
    const auto hours = number(2);
    if (!hours || *hours > 23) return false;
    int total = *hours * 3600;
    for (int unit = 60; unit >= 1 && take(':'); unit /= 60) {
      const auto part = number(2);
      if (!part || *part > 59) return false;
      total += *part * unit;
    }
    offset = seconds(is_west ? -total : total);
    return true;
  }

 private:
  std::string_view rest_;
};

Error unusable(const SqlColumn& column, const std::string& why) {
  return invalid_input("column '" + column.name + "' of type " + column.type + " " + why);
}

Result<void> check(const DetectorSpec& spec, const SqlColumn& column) {
  const std::string& format = spec.timestamp.format;
  const bool is_epoch = format == "UNIX_SECONDS" || format == "UNIX_MS";
  switch (column.kind) {
    case SqlColumnKind::moment:
    case SqlColumnKind::local:
      return ok();
    case SqlColumnKind::date:
      if (spec.interval == std::chrono::days(1)) return ok();
      return unusable(column, "tells days only; set the detector's interval to 1d");
    case SqlColumnKind::number:
      if (is_epoch) return ok();
      return unusable(column,
                      "needs timestamp.format UNIX_SECONDS or UNIX_MS; it is '" + format + "'");
    case SqlColumnKind::text:
      if (is_sortable(format)) return ok();
      return unusable(column, "cannot be compared in the format '" + format +
                                  "', which does not sort by time; use a format such as "
                                  "'yyyy-MM-dd HH:mm:ss', or a query that makes a timestamptz");
    case SqlColumnKind::other:
      break;
  }
  return unusable(column,
                  "holds no times; use a column, or a query that makes one, of type "
                  "timestamptz, timestamp, date, a number or text");
}

}  // namespace

std::optional<SqlTime> parse_sql_time(std::string_view text) {
  Reader reader(text);
  const auto year = reader.number(4);
  if (!year || !reader.take('-')) return std::nullopt;
  const auto month = reader.number(2);
  if (!month || !reader.take('-')) return std::nullopt;
  const auto day = reader.number(2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  SqlTime time{.local = LocalTime(std::chrono::local_days(date).time_since_epoch()), .offset = {}};
  if (reader.take(' ') || reader.take('T')) {
    const auto hour = reader.number(2);
    if (!hour || *hour > 24 || !reader.take(':')) return std::nullopt;
    const auto minute = reader.number(2);
    if (!minute || *minute > 59 || !reader.take(':')) return std::nullopt;
    const auto second = reader.number(2);
    if (!second || *second > 60) return std::nullopt;
    time.local += std::chrono::hours(*hour) + std::chrono::minutes(*minute) + seconds(*second);
    if (reader.take('.')) time.local += std::chrono::milliseconds(reader.fraction());
  }
  if (!reader.is_over() && !reader.offset(time.offset)) return std::nullopt;
  if (!reader.is_over()) return std::nullopt;
  return time;
}

Result<SqlTimeColumn> SqlTimeColumn::make(const DetectorSpec& spec, const SqlColumn& column) {
  if (auto checked = check(spec, column); !checked) return checked.error();
  auto zone = load_time_zone(spec.timestamp.timezone);
  if (!zone) return zone.error();
  auto format = compile_timestamp(spec.timestamp);
  if (!format) return format.error();
  return SqlTimeColumn(column.kind, *std::move(zone), *std::move(format));
}

std::string SqlTimeColumn::bound(TimePoint time) const {
  switch (kind_) {
    case SqlColumnKind::moment:
      return time_text(zone_.to_local(time)) + offset_text(zone_.offset_at(time));
    case SqlColumnKind::local:
      return time_text(local_bound(zone_, time));
    case SqlColumnKind::date:
      return date_text(local_bound(zone_, time));
    case SqlColumnKind::number: {
      const auto milliseconds = time.time_since_epoch().count();
      return std::to_string(format_.pattern() == "UNIX_MS" ? milliseconds : milliseconds / 1000);
    }
    case SqlColumnKind::text:
    case SqlColumnKind::other:
      break;
  }
  return write_pattern(format_.pattern(), local_bound(zone_, time));
}

Result<TimePoint> SqlTimeColumn::read(std::string_view text) const {
  if (kind_ == SqlColumnKind::number || kind_ == SqlColumnKind::text) return format_.parse(text);
  const auto time = parse_sql_time(text);
  if (!time) return invalid_input(shown(text) + " is not a time between the years 0 and 9999");
  if (!time->offset) return zone_.from_local(time->local);
  return TimePoint(time->local.time_since_epoch() - *time->offset);
}

}  // namespace bellwether::ingest
