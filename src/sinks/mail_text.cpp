#include "mail_text.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "bellwether/base/printable_text.hpp"
#include "bellwether/base/utf8.hpp"
#include "bellwether/net/crypto.hpp"

namespace bellwether::sinks {
namespace {

/// What an encoded word can hold: 75 characters less `=?UTF-8?B?` and `?=`, in base64.
constexpr std::size_t max_word_bytes = std::size_t{75 - 12} / 4 * 3;

constexpr std::size_t max_line_characters = 76;

constexpr std::array<const char*, 7> weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string two_digits(std::int64_t number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

/// Takes whole characters, so that each word can be decoded by itself.
std::string take_word(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size()) {
    const auto next = utf8_character_length(text.substr(length));
    if (length + next > max_word_bytes) break;
    length += next;
  }
  const std::string_view word = text.substr(0, length);
  text.remove_prefix(length);
  return "=?UTF-8?B?" + net::base64_encode(word) + "?=";
}

/// One line of a body, without its end.
void append_line(std::string& encoded, std::string_view line) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::size_t column = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto byte = static_cast<unsigned char>(line[i]);
    const bool is_blank_at_end = byte == ' ' && i + 1 == line.size();
    const bool is_plain = byte >= 0x20 && byte < 0x7f && byte != '=' && !is_blank_at_end;
    const std::size_t width = is_plain ? 1 : 3;
    if (column + width > max_line_characters - 1) {
      encoded += "=\r\n";
      column = 0;
    }
    column += width;
    if (is_plain)
      encoded += line[i];
    else
      encoded.append("=").append(1, digits[byte >> 4U]).append(1, digits[byte & 15U]);
  }
}

}  // namespace

std::string encode_header_text(std::string_view text) {
  const std::string clean = printable_text(text);
  const bool is_ascii =
      std::ranges::all_of(clean, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  // A text that looks like an encoded word would be taken for one.
  if (is_ascii && clean.find("=?") == std::string::npos) return clean;
  std::string encoded;
  std::string_view rest = clean;
  while (!rest.empty()) encoded += (encoded.empty() ? "" : "\r\n ") + take_word(rest);
  return encoded;
}

std::string encode_quoted_printable(std::string_view text) {
  std::string encoded;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    append_line(encoded, line);
    encoded += "\r\n";
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return encoded;
}

std::string to_mail_date(TimePoint time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - day)};
  return std::string(weekdays[std::chrono::weekday(day).c_encoding()]) + ", " +
         two_digits(unsigned{date.day()}) + " " + months[unsigned{date.month()} - 1] + " " +
         std::to_string(int{date.year()}) + " " + two_digits(clock.hours().count()) + ":" +
         two_digits(clock.minutes().count()) + ":" + two_digits(clock.seconds().count()) + " +0000";
}

}  // namespace bellwether::sinks
