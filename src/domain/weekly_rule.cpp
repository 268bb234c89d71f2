#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>
#include <vector>

#include "bellwether/domain/weekly_window.hpp"

namespace bellwether {
namespace {

constexpr std::array<std::string_view, 7> day_names{"SU", "MO", "TU", "WE", "TH", "FR", "SA"};

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<unsigned> day_in(std::string_view text) {
  const auto found = std::ranges::find(day_names, text);
  if (found == day_names.end()) return std::nullopt;
  return static_cast<unsigned>(found - day_names.begin());
}

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::chrono::local_days> date_in(std::string_view text) {
  if (text.size() != 8) return std::nullopt;
  const auto year = number_in<int>(text.substr(0, 4));
  const auto month = number_in<unsigned>(text.substr(4, 2));
  const auto day = number_in<unsigned>(text.substr(6, 2));
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(*month),
                                         std::chrono::day(*day)};
  if (!date.ok()) return std::nullopt;
  return std::chrono::local_days(date);
}

Result<void> read_days(std::string_view value, WeeklyRule& rule) {
  for (const std::string_view word : split(value, ',')) {
    const auto day = day_in(word);
    if (!day)
      return invalid_input("BYDAY=" + std::string(value) +
                           " is not understood; list days as MO,TU,WE,TH,FR,SA,SU");
    rule.weekdays.at(*day) = true;
  }
  return ok();
}

Result<void> read_part(std::string_view name, std::string_view value, WeeklyRule& rule) {
  const auto wrong = [&](const std::string& right) {
    return invalid_input(std::string(name) + "=" + std::string(value) + " is not understood; " +
                         right);
  };
  if (name == "FREQ")
    return value == "WEEKLY" ? ok() : Result<void>(wrong("only FREQ=WEEKLY is known"));
  if (name == "BYDAY") return read_days(value, rule);
  if (name == "INTERVAL") {
    const auto weeks = number_in<std::uint32_t>(value);
    if (!weeks || *weeks == 0) return wrong("give a number of weeks from 1");
    rule.every_weeks = *weeks;
    return ok();
  }
  if (name == "COUNT") {
    rule.count = number_in<std::uint32_t>(value);
    return rule.count && *rule.count > 0 ? ok() : Result<void>(wrong("give a number from 1"));
  }
  if (name == "UNTIL") {
    rule.last_day = date_in(value);
    return rule.last_day ? ok() : Result<void>(wrong("give a local date, such as 20261231"));
  }
  if (name == "WKST") {
    const auto day = day_in(value);
    if (!day) return wrong("give a day, such as MO");
    rule.week_start = std::chrono::weekday(*day);
    return ok();
  }
  return invalid_input(std::string(name) +
                       " is not known; use FREQ, BYDAY, INTERVAL, UNTIL, COUNT and WKST");
}

std::string in_upper_case(std::string_view text) {
  std::string upper(text);
  std::ranges::transform(upper, upper.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return upper;
}

std::string date_text(std::chrono::local_days day) {
  const std::chrono::year_month_day date(day);
  std::string text = std::to_string(static_cast<int>(date.year()) * 10000 +
                                    static_cast<int>(static_cast<unsigned>(date.month())) * 100 +
                                    static_cast<int>(static_cast<unsigned>(date.day())));
  return std::string(8 - std::min<std::size_t>(8, text.size()), '0') + text;
}

}  // namespace

Result<WeeklyRule> parse_weekly_rule(std::string_view text) {
  const std::string upper = in_upper_case(text);
  std::string_view rest = upper;
  if (rest.starts_with("RRULE:")) rest.remove_prefix(6);
  WeeklyRule rule;
  std::map<std::string_view, std::string_view> parts;
  for (const std::string_view part : split(rest, ';')) {
    const auto equals = part.find('=');
    if (equals == std::string_view::npos)
      return invalid_input("'" + std::string(part) +
                           "' is not understood; write it like FREQ=WEEKLY;BYDAY=SA,SU");
    const auto name = part.substr(0, equals);
    if (!parts.emplace(name, part.substr(equals + 1)).second)
      return invalid_input(std::string(name) + " is given twice");
    if (auto read = read_part(name, part.substr(equals + 1), rule); !read) return read.error();
  }
  if (!parts.contains("FREQ")) return invalid_input("FREQ is missing; begin with FREQ=WEEKLY");
  if (rule.count && rule.last_day) return invalid_input("give either UNTIL or COUNT");
  return rule;
}

std::string to_string(const WeeklyRule& rule) {
  std::string text = "FREQ=WEEKLY";
  if (rule.every_weeks != 1) text += ";INTERVAL=" + std::to_string(rule.every_weeks);
  std::string days;
  for (std::size_t day = 0; day < day_names.size(); ++day)
    if (rule.weekdays.at(day)) days.append(days.empty() ? "" : ",").append(day_names.at(day));
  if (!days.empty()) text += ";BYDAY=" + days;
  if (rule.last_day) text += ";UNTIL=" + date_text(*rule.last_day);
  if (rule.count) text += ";COUNT=" + std::to_string(*rule.count);
  if (rule.week_start != std::chrono::Monday)
    text.append(";WKST=").append(day_names.at(rule.week_start.c_encoding()));
  return text;
}

}  // namespace bellwether
