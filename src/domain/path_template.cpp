#include "bellwether/domain/path_template.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace bellwether {
namespace {

using std::chrono::days;

constexpr std::string_view known_letters = "yYMdaHkKhms";

constexpr std::array<std::string_view, 12> month_names{
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string padded(int value, std::size_t width) {
  std::string text = std::to_string(value);
  if (text.size() < width) text.insert(0, width - text.size(), '0');
  return text;
}

/// A year, of which two letters show the last two digits.
std::string year_text(std::chrono::year year, std::size_t width) {
  const int value = static_cast<int>(year);
  return width == 2 ? padded(value % 100, 2) : padded(value, width);
}

std::chrono::year week_year(std::chrono::local_days day) {
  const std::chrono::weekday weekday(day);
  return std::chrono::year_month_day(day + (std::chrono::Saturday - weekday)).year();
}

std::string month_text(std::chrono::month month, std::size_t width) {
  const unsigned number = static_cast<unsigned>(month);
  const std::string_view name = month_names[number - 1];
  if (width >= 4) return std::string(name);
  if (width == 3) return std::string(name.substr(0, 3));
  return padded(static_cast<int>(number), width);
}

std::string field_text(char letter, std::size_t width,
                       std::chrono::local_time<std::chrono::milliseconds> local) {
  const auto day = std::chrono::floor<days>(local);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(local - day);
  const int hour = static_cast<int>(time.hours().count());
  switch (letter) {
    case 'y':
      return year_text(date.year(), width);
    case 'Y':
      return year_text(week_year(day), width);
    case 'M':
      return month_text(date.month(), width);
    case 'd':
      return padded(static_cast<int>(static_cast<unsigned>(date.day())), width);
    case 'a':
      return hour < 12 ? "AM" : "PM";
    case 'H':
      return padded(hour, width);
    case 'k':
      return padded(hour == 0 ? 24 : hour, width);
    case 'K':
      return padded(hour % 12, width);
    case 'h':
      return padded(hour % 12 == 0 ? 12 : hour % 12, width);
    case 'm':
      return padded(static_cast<int>(time.minutes().count()), width);
    default:
      return padded(static_cast<int>(time.seconds().count()), width);
  }
}

}  // namespace

Result<PathTemplate> PathTemplate::compile(std::string_view text) {
  PathTemplate path;
  while (true) {
    const std::size_t open = text.find("{{");
    path.add_literal(text.substr(0, open));
    if (open == std::string_view::npos) return path;
    text.remove_prefix(open + 2);
    const std::size_t close = text.find("}}");
    if (close == std::string_view::npos)
      return invalid_input("'{{" + std::string(text) + "' has no closing }}");
    if (auto added = path.add_key(text.substr(0, close)); !added) return added.error();
    text.remove_prefix(close + 2);
  }
}

void PathTemplate::add_literal(std::string_view text) {
  if (text.empty()) return;
  if (pieces_.empty() || pieces_.back().letter != 0) pieces_.emplace_back();
  pieces_.back().literal += text;
}

Result<void> PathTemplate::add_key(std::string_view key) {
  constexpr std::size_t most_letters = 32;
  if (key.empty()) return invalid_input("{{}} holds no date key, such as {{yyyyMMdd}}");
  for (std::size_t i = 0; i < key.size();) {
    const char c = key[i];
    if (c == '\'') {
      const std::size_t end = key.find('\'', i + 1);
      if (end == std::string_view::npos)
        return invalid_input("{{" + std::string(key) + "}} has a quote without its partner");
      add_literal(end == i + 1 ? "'" : key.substr(i + 1, end - i - 1));
      i = end + 1;
    } else if (!is_letter(c)) {
      add_literal(key.substr(i++, 1));
    } else if (known_letters.find(c) == std::string_view::npos) {
      return invalid_input(std::string("'") + c + "' in {{" + std::string(key) +
                           "}} is no date key; use y Y M d a H k K h m s");
    } else {
      const std::size_t end = std::min(key.find_first_not_of(c, i), key.size());
      if (end - i > most_letters)
        return invalid_input(std::string("{{...}} repeats '") + c + "' more than 32 times");
      pieces_.push_back({.letter = c, .width = end - i, .literal = {}});
      i = end;
    }
  }
  return ok();
}

std::string PathTemplate::render(TimePoint start, const TimeZone& zone) const {
  const auto local = zone.to_local(start);
  std::string path;
  for (const Piece& piece : pieces_)
    path += piece.letter == 0 ? piece.literal : field_text(piece.letter, piece.width, local);
  return path;
}

}  // namespace bellwether
