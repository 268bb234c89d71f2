#include "bellwether/base/time.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <utility>

namespace bellwether {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::milliseconds;

Error not_a_time(std::string_view text) {
  return invalid_input("'" + std::string(text) +
                       "' is not a time; write it as 2026-03-20T08:00:00Z");
}

/// Reads exactly `digits` decimal digits off the front of `text`.
bool take_number(std::string_view& text, std::size_t digits, int& value) {
  if (text.size() < digits) return false;
  value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return true;
}

bool take_any(std::string_view& text, std::string_view choices) {
  if (text.empty() || choices.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

bool take_fraction(std::string_view& text, int& milliseconds_value) {
  milliseconds_value = 0;
  if (text.empty() || text.front() != '.') return true;
  text.remove_prefix(1);
  int digits = 0;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1)) {
    if (digits < 3) milliseconds_value = milliseconds_value * 10 + (text.front() - '0');
    ++digits;
  }
  for (int i = digits; i < 3; ++i) milliseconds_value *= 10;
  return digits > 0 && digits <= 9;
}

bool take_zone(std::string_view& text, std::chrono::minutes& offset) {
  if (take_any(text, "Zz")) return true;
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return false;
  const int sign = text.front() == '-' ? -1 : 1;
  text.remove_prefix(1);
  int hours = 0;
  int minutes = 0;
  if (!take_number(text, 2, hours)) return false;
  take_any(text, ":");
  if (!take_number(text, 2, minutes)) return false;
  if (hours > 23 || minutes > 59) return false;
  offset = std::chrono::minutes(sign * (hours * 60 + minutes));
  return true;
}

}  // namespace

std::string to_rfc3339(TimePoint time) {
  const auto day = floor<days>(time);
  const std::chrono::year_month_day date(day);
  const auto since_midnight = (time - day).count();
  const auto seconds = since_midnight / 1000;
  std::array<char, 64> text{};
  int length = std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d",
                             static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                             static_cast<unsigned>(date.day()), static_cast<int>(seconds / 3600),
                             static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
  if (since_midnight % 1000 != 0)
    length += std::snprintf(text.data() + length, text.size() - static_cast<std::size_t>(length),
                            ".%03d", static_cast<int>(since_midnight % 1000));
  return std::string(text.data(), static_cast<std::size_t>(length)) + "Z";
}

Result<TimePoint> parse_rfc3339(std::string_view text) {
  std::string_view rest = text;
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int fraction = 0;
  std::chrono::minutes offset{0};
  const bool read =
      take_number(rest, 4, year) && take_any(rest, "-") && take_number(rest, 2, month) &&
      take_any(rest, "-") && take_number(rest, 2, day) && take_any(rest, "Tt ") &&
      take_number(rest, 2, hour) && take_any(rest, ":") && take_number(rest, 2, minute) &&
      take_any(rest, ":") && take_number(rest, 2, second) && take_fraction(rest, fraction) &&
      take_zone(rest, offset);
  const std::chrono::year_month_day date(std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!read || !rest.empty() || !date.ok() || year < 1 || hour > 23 || minute > 59 || second > 59)
    return not_a_time(text);
  return TimePoint(std::chrono::sys_days(date)) + std::chrono::hours(hour) +
         std::chrono::minutes(minute) + std::chrono::seconds(second) + milliseconds(fraction) -
         offset;
}

namespace {

struct Unit {
  std::string_view name;
  std::int64_t milliseconds;
};

constexpr std::array<Unit, 5> units{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  const auto refused = [&] {
    return invalid_input("'" + std::string(text) +
                         "' is not a duration; write it as 30s, 5m, 1h, 1d or 1h30m");
  };
  std::int64_t total = 0;
  std::size_t smallest_allowed = 0;
  std::string_view rest = text;
  while (!rest.empty()) {
    std::int64_t count = 0;
    const auto number = std::from_chars(rest.data(), rest.data() + rest.size(), count);
    if (number.ec != std::errc() || count < 0) return refused();
    rest.remove_prefix(static_cast<std::size_t>(number.ptr - rest.data()));
    const std::string_view name = rest.substr(0, rest.find_first_of("0123456789"));
    std::size_t unit = smallest_allowed;
    while (unit < units.size() && units[unit].name != name) ++unit;
    if (unit == units.size() || count > 1'000'000'000'000LL / units[unit].milliseconds)
      return refused();
    total += count * units[unit].milliseconds;
    smallest_allowed = unit + 1;
    rest.remove_prefix(name.size());
  }
  if (text.empty()) return refused();
  return Duration(total);
}

std::string to_string(Duration duration) {
  std::int64_t rest = duration.count();
  if (rest == 0) return "0s";
  std::string text = rest < 0 ? "-" : "";
  if (rest < 0) rest = -rest;
  for (const Unit& unit : units) {
    if (const auto count = rest / unit.milliseconds; count > 0)
      text.append(std::to_string(count)).append(unit.name);
    rest %= unit.milliseconds;
  }
  return text;
}

}  // namespace bellwether
