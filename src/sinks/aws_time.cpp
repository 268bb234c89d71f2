#include "aws_time.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <string_view>

#include <date/tz.h>

namespace bellwether::sinks {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::string_view utc = "UTC";
constexpr std::array<std::string_view, 12> months{"January",   "February", "March",    "April",
                                                  "May",       "June",     "July",     "August",
                                                  "September", "October",  "November", "December"};

struct LocalTime {
  std::string zone{utc};
  seconds offset{0};
  std::chrono::year_month_day date;
  std::chrono::hh_mm_ss<seconds> time;
};

LocalTime to_local(TimePoint moment, const std::string& timezone) {
  const auto rounded = std::chrono::floor<seconds>(moment);
  LocalTime local;
  if (timezone != utc) {
    try {
      const auto info =
          date::locate_zone(timezone)->get_info(date::sys_seconds(rounded.time_since_epoch()));
      local.offset = info.offset;
      local.zone = timezone;
    } catch (const std::exception&) {
      local.zone = utc;
    }
  }
  const auto shifted = rounded + local.offset;
  const auto day = std::chrono::floor<std::chrono::days>(shifted);
  local.date = std::chrono::year_month_day(day);
  local.time = std::chrono::hh_mm_ss<seconds>(shifted - day);
  return local;
}

std::string padded(std::int64_t number, std::size_t digits) {
  std::string text = std::to_string(number);
  return std::string(digits - std::min(digits, text.size()), '0') + text;
}

/// `Z`, `+02:00`
std::string offset_text(seconds offset) {
  if (offset == seconds(0)) return "Z";
  const std::chrono::hh_mm_ss<seconds> parts(offset);
  std::string text = parts.is_negative() ? "-" : "+";
  text += padded(parts.hours().count(), 2) + ":" + padded(parts.minutes().count(), 2);
  if (parts.seconds() != seconds(0)) text += ":" + padded(parts.seconds().count(), 2);
  return text;
}

}  // namespace

TimePoint interval_start(const Notification& notification) {
  // What happens to a group after its last interval, such as its end, is still told of that one.
  const TimePoint start = notification.caused_at - notification.interval;
  return std::max(std::min(start, notification.group.end), notification.group.start);
}

std::string to_zoned_text(TimePoint time, const std::string& timezone) {
  const LocalTime local = to_local(time, timezone);
  std::string text =
      padded(int{local.date.year()}, 4) + "-" + padded(unsigned{local.date.month()}, 2) + "-" +
      padded(unsigned{local.date.day()}, 2) + "T" + padded(local.time.hours().count(), 2) + ":" +
      padded(local.time.minutes().count(), 2);
  if (local.time.seconds() != seconds(0)) text += ":" + padded(local.time.seconds().count(), 2);
  return text + offset_text(local.offset) + "[" + local.zone + "]";
}

std::string to_english_text(TimePoint time, const std::string& timezone) {
  const LocalTime local = to_local(time, timezone);
  const auto hour = local.time.hours().count();
  const auto hour_shown = hour % 12 == 0 ? 12 : hour % 12;
  return std::string(months[unsigned{local.date.month()} - 1]) + " " +
         std::to_string(unsigned{local.date.day()}) + ", " +
         std::to_string(int{local.date.year()}) + " at " + std::to_string(hour_shown) + ":" +
         padded(local.time.minutes().count(), 2) + (hour < 12 ? " AM" : " PM");
}

}  // namespace bellwether::sinks
