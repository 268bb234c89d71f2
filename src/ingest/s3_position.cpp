#include "s3_position.hpp"

#include <array>
#include <charconv>
#include <system_error>
#include <utility>

#include "bellwether/base/percent_encoding.hpp"
#include "bellwether/net/crypto.hpp"

namespace bellwether::ingest {
namespace {

constexpr std::string_view beginning = "s3 1 ";
constexpr std::size_t key_digits = 16;
constexpr std::size_t etag_digits = 8;

template <class Number>
bool parse_number(std::string_view text, Number& value, int base = 10) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return error == std::errc() && end == text.data() + text.size();
}

template <class Number>
std::string hex(Number value, std::size_t digits) {
  std::array<char, key_digits> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, 16);
  const auto length = static_cast<std::size_t>(end - buffer.data());
  return std::string(digits - length, '0') + std::string(buffer.data(), length);
}

std::string time_text(const std::optional<TimePoint>& time) {
  return time ? to_rfc3339(*time) : "-";
}

bool parse_time(std::string_view text, std::optional<TimePoint>& time) {
  if (text == "-") return true;
  const auto parsed = parse_rfc3339(text);
  if (!parsed) return false;
  time = *parsed;
  return true;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t end = line.find(' ');
    words.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return words;
    line.remove_prefix(end + 1);
  }
}

bool parse_seen(const std::vector<std::string_view>& words, S3Position& position) {
  constexpr std::size_t digits = key_digits + etag_digits;
  std::optional<TimePoint> start;
  if (words.size() != 3 || !parse_time(words[1], start) || !start || words[2].size() % digits != 0)
    return false;
  S3SeenInterval& seen = position.seen.emplace_back();
  seen.start = *start;
  for (std::string_view rest = words[2]; !rest.empty(); rest.remove_prefix(digits)) {
    S3SeenObject& object = seen.objects.emplace_back();
    if (!parse_number(rest.substr(0, key_digits), object.key, 16) ||
        !parse_number(rest.substr(key_digits, etag_digits), object.etag, 16))
      return false;
  }
  return true;
}

bool parse_line(std::string_view line, S3Position& position) {
  const auto words = words_of(line);
  if (words[0] == "seen") return parse_seen(words, position);
  if (words[0] != "at" || words.size() != 4 || !parse_number(words[1], position.location))
    return false;
  position.etag = percent_decode(words[2]);
  position.key = percent_decode(words[3]);
  return !position.key.empty();
}

}  // namespace

S3SeenObject S3SeenObject::of(const net::S3Object& object) {
  S3SeenObject seen;
  parse_number(std::string_view(net::sha256_hex(object.key)).substr(0, key_digits), seen.key, 16);
  parse_number(std::string_view(net::sha256_hex(object.etag)).substr(0, etag_digits), seen.etag,
               16);
  return seen;
}

void S3Position::remember(S3SeenInterval newest) {
  std::size_t count = newest.objects.size();
  for (const S3SeenInterval& one : seen) count += one.objects.size();
  seen.push_back(std::move(newest));
  while (!seen.empty() && count > max_seen_objects) {
    count -= seen.front().objects.size();
    seen.erase(seen.begin());
  }
}

std::string to_text(const S3Position& position) {
  std::string text(beginning);
  text += position.is_historical ? "historical " : "live ";
  text += std::to_string(position.next_row) + " " + time_text(position.interval) + "\n";
  if (!position.key.empty())
    text += "at " + std::to_string(position.location) + " " + percent_encode(position.etag) + " " +
            percent_encode(position.key) + "\n";
  for (const S3SeenInterval& seen : position.seen) {
    text += "seen " + to_rfc3339(seen.start) + " ";
    for (const S3SeenObject& object : seen.objects)
      text += hex(object.key, key_digits) + hex(object.etag, etag_digits);
    text += "\n";
  }
  return text;
}

Result<S3Position> parse_s3_position(std::string_view text) {
  const auto damaged = [] { return corrupt("the position of an S3 source does not decode"); };
  S3Position position;
  bool is_first = true;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return damaged();
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (!std::exchange(is_first, false)) {
      if (!parse_line(line, position)) return damaged();
      continue;
    }
    if (!line.starts_with(beginning)) return damaged();
    const auto words = words_of(line.substr(beginning.size()));
    if (words.size() != 3 || (words[0] != "historical" && words[0] != "live") ||
        !parse_number(words[1], position.next_row) || !parse_time(words[2], position.interval))
      return damaged();
    position.is_historical = words[0] == "historical";
    if (!position.is_historical && !position.interval) return damaged();
  }
  if (is_first) return damaged();
  return position;
}

}  // namespace bellwether::ingest
