#include "bellwether/ingest/timestamp_format.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <system_error>
#include <utility>

#include "bellwether/ingest/time_zone_database.hpp"

#include "text.hpp"

namespace bellwether::ingest {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::string_view known_letters = "yMdDHhkKmsSaEzZX";
constexpr std::string_view number_letters = "yMdDHhkKmsS";

/// Larger numbers are milliseconds: as seconds they would lie beyond the year 4970.
constexpr std::int64_t largest_unix_seconds = 94'694'400'000;
constexpr std::int64_t latest_unix_milliseconds = 253'402'300'799'999;  // The end of year 9999.

constexpr std::array<std::string_view, 12> month_names{
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};
constexpr std::array<std::string_view, 7> day_names{"monday", "tuesday",  "wednesday", "thursday",
                                                    "friday", "saturday", "sunday"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool starts_with_ignoring_case(std::string_view text, std::string_view lower_start) {
  return text.size() >= lower_start.size() &&
         std::equal(lower_start.begin(), lower_start.end(), text.begin(),
                    [](char a, char b) { return a == lower(b); });
}

/// Takes at least one and at most `most` digits off the front.
bool take_digits(std::string_view& rest, std::size_t most, int& value, std::size_t& count) {
  value = 0;
  for (count = 0; count < most && count < rest.size() && is_digit(rest[count]); ++count)
    value = value * 10 + (rest[count] - '0');
  rest.remove_prefix(count);
  return count > 0;
}

/// Takes a name or its first three letters; its number from 1.
template <std::size_t count>
std::optional<int> take_name(std::string_view& rest,
                             const std::array<std::string_view, count>& names) {
  for (std::size_t i = 0; i < count; ++i)
    for (const auto name : {names[i], names[i].substr(0, 3)})
      if (starts_with_ignoring_case(rest, name)) {
        rest.remove_prefix(name.size());
        return static_cast<int>(i) + 1;
      }
  return std::nullopt;
}

/// Takes `+01`, `+0100` or `+01:00`.
bool take_offset(std::string_view& rest, minutes& offset) {
  if (rest.empty() || (rest.front() != '+' && rest.front() != '-')) return false;
  const int sign = rest.front() == '-' ? -1 : 1;
  rest.remove_prefix(1);
  int hour = 0;
  int minute = 0;
  std::size_t count = 0;
  if (!take_digits(rest, 2, hour, count)) return false;
  const bool colon = rest.size() > 1 && rest[0] == ':' && is_digit(rest[1]);
  if (colon) rest.remove_prefix(1);
  if (!rest.empty() && is_digit(rest.front()) &&
      (!take_digits(rest, 2, minute, count) || count != 2))
    return false;
  if (hour > 18 || minute > 59) return false;
  offset = minutes(sign * (hour * 60 + minute));
  return true;
}

/// Takes a zone: an offset, `Z`, or UTC and its other names with or without an offset.
bool take_zone(std::string_view& rest, minutes& offset) {
  offset = minutes(0);
  for (const std::string_view name : {"utc", "gmt", "ut", "z"}) {
    if (!starts_with_ignoring_case(rest, name)) continue;
    rest.remove_prefix(name.size());
    if (rest.empty() || name == "z" || (rest.front() != '+' && rest.front() != '-')) return true;
    break;
  }
  return take_offset(rest, offset);
}

std::optional<TimePoint> from_unix(std::string_view text, std::int64_t factor) {
  text = trimmed(text);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  std::string_view rest(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (!rest.empty() && rest.front() == '.') rest.remove_prefix(1);  // Decimals are cut off.
  if (!std::ranges::all_of(rest, is_digit)) return std::nullopt;
  if (factor == 0) factor = value > largest_unix_seconds ? 1 : 1000;
  if (value > latest_unix_milliseconds / factor || value < -latest_unix_milliseconds / factor)
    return std::nullopt;
  return TimePoint(milliseconds(value * factor));
}

}  // namespace

/// What was read from one text; a negative number was not there.
struct TimestampFormat::Fields {
  int year = -1;
  int month = 1;
  int day = 1;
  int day_of_year = -1;
  int hour = 0;
  int half_day_hour = -1;
  bool is_afternoon = false;
  int minute = 0;
  int second = 0;
  int millisecond = 0;
  std::optional<minutes> offset;
};

Result<TimestampFormat> TimestampFormat::compile(std::string_view pattern, TimeZone zone) {
  TimestampFormat format;
  format.pattern_ = pattern;
  format.zone_ = std::move(zone);
  if (pattern == "UNIX") {
    format.kind_ = Kind::unix_any;
  } else if (pattern == "UNIX_SECONDS") {
    format.kind_ = Kind::unix_seconds;
  } else if (pattern == "UNIX_MS") {
    format.kind_ = Kind::unix_milliseconds;
  } else if (pattern == "RFC3339") {
    format.kind_ = Kind::rfc3339;
  } else {
    if (auto cut = format.cut_into_pieces(); !cut) return cut.error();
    if (auto checked = format.check_and_mark_pieces(); !checked) return checked.error();
  }
  return format;
}

Result<void> TimestampFormat::cut_into_pieces() {
  const auto add_literal = [&](char c) {
    if (pieces_.empty() || pieces_.back().letter != 0) pieces_.emplace_back();
    pieces_.back().literal += c;
  };
  bool is_quoted = false;
  for (std::size_t i = 0; i < pattern_.size(); ++i) {
    const char c = pattern_[i];
    if (c == '\'') {
      // A doubled quote is the character itself, in and out of quotes.
      if (i + 1 < pattern_.size() && pattern_[i + 1] == '\'') {
        add_literal(c);
        ++i;
      } else {
        is_quoted = !is_quoted;
      }
    } else if (is_quoted || !is_letter(c)) {
      add_literal(c);
    } else if (known_letters.find(c) == std::string_view::npos) {
      return invalid_input("'" + std::string(1, c) + "' in " + shown(pattern_) +
                           " is not a pattern letter; put plain text between single quotes");
    } else if (i > 0 && pattern_[i - 1] == c && !pieces_.empty() && pieces_.back().letter == c &&
               pieces_.back().width < 9) {
      ++pieces_.back().width;
    } else {
      pieces_.push_back({.letter = c, .width = 1, .literal = {}});
    }
  }
  if (is_quoted)
    return invalid_input("a single quote in " + shown(pattern_) + " is not closed by another");
  return ok();
}

Result<void> TimestampFormat::check_and_mark_pieces() {
  const auto has = [&](char letter) {
    return std::ranges::any_of(pieces_, [&](const Piece& piece) { return piece.letter == letter; });
  };
  if (!has('y'))
    return invalid_input(shown(pattern_) +
                         " has no year; write a pattern such as 'yyyy-MM-dd HH:mm:ss', or UNIX, "
                         "UNIX_SECONDS, UNIX_MS or RFC3339");
  if ((has('h') || has('K')) && !has('a'))
    return invalid_input(shown(pattern_) +
                         " has a 12-hour hour without 'a' for AM or PM; add it, or write HH");
  const bool has_month = has('M');
  bool has_seconds = false;
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    Piece& piece = pieces_[i];
    if (piece.letter == 'D' && has_month) piece.letter = 'd';
    if (piece.letter == 's') piece.is_fraction = std::exchange(has_seconds, true);
    piece.is_exact = i + 1 < pieces_.size() && pieces_[i + 1].letter != 0 &&
                     number_letters.find(pieces_[i + 1].letter) != std::string_view::npos;
  }
  return ok();
}

bool TimestampFormat::read_piece(const Piece& piece, std::string_view& rest, Fields& fields) {
  if (piece.letter == 0) {
    if (!rest.starts_with(piece.literal)) return false;
    rest.remove_prefix(piece.literal.size());
    return true;
  }
  const bool is_month_name =
      piece.letter == 'M' && piece.width >= 3 && !rest.empty() && !is_digit(rest.front());
  if (is_month_name || number_letters.find(piece.letter) == std::string_view::npos)
    return read_word(piece.letter, rest, fields);
  int value = 0;
  std::size_t count = 0;
  if (!take_digits(rest, piece.is_exact ? piece.width : 9, value, count)) return false;
  if (piece.is_exact && count != piece.width) return false;
  return store_number(piece, value, count, fields);
}

bool TimestampFormat::read_word(char letter, std::string_view& rest, Fields& fields) {
  if (letter == 'E') return take_name(rest, day_names).has_value();
  if (letter == 'M') {
    const auto month = take_name(rest, month_names);
    fields.month = month.value_or(0);
    return month.has_value();
  }
  if (letter != 'a') return take_zone(rest, fields.offset.emplace());
  fields.is_afternoon = starts_with_ignoring_case(rest, "pm");
  if (!fields.is_afternoon && !starts_with_ignoring_case(rest, "am")) return false;
  rest.remove_prefix(2);
  return true;
}

/// False for a number its letter cannot have; whether a date exists is seen later.
bool TimestampFormat::store_number(const Piece& piece, int value, std::size_t count,
                                   Fields& fields) {
  switch (piece.letter) {
    case 'y':
      // Two digits are 1970 to 2069; where four were announced they are a mistake.
      fields.year = count <= 2 ? value + (value < 70 ? 2000 : 1900) : value;
      return piece.width <= 2 || count > 2;
    case 'M':
      fields.month = value;
      return true;
    case 'd':
      fields.day = value;
      return true;
    case 'D':
      fields.day_of_year = value;
      return true;
    case 'H':
      fields.hour = value;
      return value <= 23;
    case 'k':
      fields.hour = value == 24 ? 0 : value;
      return value >= 1 && value <= 24;
    case 'h':
      fields.half_day_hour = value == 12 ? 0 : value;
      return value >= 1 && value <= 12;
    case 'K':
      fields.half_day_hour = value;
      return value <= 11;
    case 'm':
      fields.minute = value;
      return value <= 59;
    case 's':
      if (!piece.is_fraction) fields.second = value;
      return piece.is_fraction || value <= 59;
    default:  // 'S'
      for (; count > 3; --count) value /= 10;
      for (; count < 3; ++count) value *= 10;
      fields.millisecond = value;
      return true;
  }
}

bool TimestampFormat::read_fields(std::string_view text, Fields& fields) const {
  text = trimmed(text);
  for (const Piece& piece : pieces_)
    if (!read_piece(piece, text, fields)) return false;
  return text.empty() && fields.year >= 1 && fields.year <= 9999;
}

Result<TimePoint> TimestampFormat::parse(std::string_view text) const {
  const auto mismatch = [&] { return invalid_input(shown(text) + " does not match " + pattern_); };
  if (kind_ == Kind::rfc3339) {
    auto time = parse_rfc3339(trimmed(text));
    if (!time) return mismatch();
    return *time;
  }
  if (kind_ != Kind::pattern) {
    const auto time = from_unix(text, kind_ == Kind::unix_any       ? 0
                                      : kind_ == Kind::unix_seconds ? 1000
                                                                    : 1);
    if (!time) return mismatch();
    return *time;
  }
  Fields fields;
  const auto time = read_fields(text, fields) ? to_time(fields) : std::nullopt;
  if (!time) return mismatch();
  return *time;
}

std::optional<TimePoint> TimestampFormat::to_time(const Fields& fields) const {
  const auto year = std::chrono::year(fields.year);
  std::chrono::local_days day;
  if (fields.day_of_year >= 0) {
    if (fields.day_of_year < 1 || fields.day_of_year > (year.is_leap() ? 366 : 365))
      return std::nullopt;
    day = std::chrono::local_days(year / 1 / 1) + days(fields.day_of_year - 1);
  } else {
    const auto date = year / fields.month / fields.day;
    // Checked before `ok`, since months and days are kept in a byte.
    if (fields.month > 12 || fields.day > 31 || !date.ok()) return std::nullopt;
    day = std::chrono::local_days(date);
  }
  const bool is_half_day = fields.half_day_hour >= 0;
  const int hour =
      is_half_day ? fields.half_day_hour + (fields.is_afternoon ? 12 : 0) : fields.hour;
  const auto local = day + hours(hour) + minutes(fields.minute) + seconds(fields.second) +
                     milliseconds(fields.millisecond);
  if (fields.offset) return TimePoint(local.time_since_epoch() - *fields.offset);
  return zone_.from_local(local);
}

Result<TimestampFormat> compile_timestamp(const TimestampSpec& spec) {
  auto zone = load_time_zone(spec.timezone);
  if (!zone) return zone.error();
  return TimestampFormat::compile(spec.format, *std::move(zone));
}

}  // namespace bellwether::ingest
