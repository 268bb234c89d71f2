#include "answer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>

namespace bellwether::sinks {
namespace {

constexpr std::size_t max_excerpt_bytes = 200;
constexpr Duration longest_retry_after = std::chrono::days(1);

bool is_worth_another_try(int status) {
  return status == 408 || status == 425 || status == 429 || status >= 500;
}

/// The beginning of a body on one line, for people.
std::string excerpt(std::string_view body) {
  std::string text;
  for (const char c : body) {
    if (text.size() == max_excerpt_bytes) return text + "...";
    const bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    if (!is_control) text += c;
    if (is_control && !text.empty() && text.back() != ' ') text += ' ';
  }
  return text;
}

Error error_of(const net::HttpResponse& response) {
  std::string message = "the receiver answered " + std::to_string(response.status);
  if (const std::string said = excerpt(response.body); !said.empty()) message += ": " + said;
  if (response.status >= 300 && response.status < 400)
    message += " (redirects are not followed: give the final address as url)";
  if (response.status == 429) return {ErrorCode::overloaded, message};
  if (is_worth_another_try(response.status)) return unavailable(message);
  return invalid_input(message);
}

std::optional<int> number_in(std::string_view text) {
  int number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{} || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`, the one form that RFC 9110 lets senders write.
std::optional<TimePoint> parse_http_date(std::string_view text) {
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT")
    return std::nullopt;
  const auto month = months.find(text.substr(8, 3));
  const auto day = number_in(text.substr(5, 2));
  const auto year = number_in(text.substr(12, 4));
  const auto hour = number_in(text.substr(17, 2));
  const auto minute = number_in(text.substr(20, 2));
  const auto second = number_in(text.substr(23, 2));
  if (month == std::string_view::npos || month % 3 != 0 || !day || !year || !hour || !minute ||
      !second)
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(month / 3 + 1)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second);
}

}  // namespace

std::optional<Duration> parse_retry_after(std::string_view text, TimePoint now) {
  std::int64_t seconds = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool is_number = end == text.data() + text.size() && !text.empty();
  if (is_number && failure == std::errc::result_out_of_range) return longest_retry_after;
  if (is_number && failure == std::errc{}) {
    if (seconds < 0) return std::nullopt;
    return std::chrono::seconds(std::min<std::int64_t>(seconds, 86400));
  }
  const auto date = parse_http_date(text);
  if (!date) return std::nullopt;
  return std::clamp(*date - now, Duration(0), longest_retry_after);
}

SendOutcome outcome_of(const net::HttpResponse& response, TimePoint now) {
  if (response.status >= 200 && response.status < 300) return {ok(), std::nullopt};
  std::optional<Duration> retry_after;
  const auto header = response.headers.find("retry-after");
  if (header != response.headers.end() && is_worth_another_try(response.status))
    retry_after = parse_retry_after(header->second, now);
  return {error_of(response), retry_after};
}

}  // namespace bellwether::sinks
