#include "keys.hpp"

#include <chrono>

namespace bellwether::store {
namespace {

constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63U;

std::uint64_t ordered(std::int64_t value) { return static_cast<std::uint64_t>(value) ^ sign_bit; }
std::int64_t unordered(std::uint64_t value) { return static_cast<std::int64_t>(value ^ sign_bit); }

}  // namespace

KeyWriter& KeyWriter::kind(char letter) {
  bytes_ += letter;
  return *this;
}

KeyWriter& KeyWriter::name(std::string_view text) {
  bytes_.append(text).push_back('\0');
  return *this;
}

KeyWriter& KeyWriter::tail(std::string_view text) {
  bytes_.append(text);
  return *this;
}

KeyWriter& KeyWriter::interval(IntervalIndex index) { return number(ordered(index)); }

KeyWriter& KeyWriter::time(TimePoint time) {
  return number(ordered(time.time_since_epoch().count()));
}

KeyWriter& KeyWriter::newest_first(TimePoint time) {
  return number(~ordered(time.time_since_epoch().count()));
}

char KeyReader::kind() {
  const auto byte = take(1);
  return byte.empty() ? '\0' : byte.front();
}

std::string_view KeyReader::name() {
  const auto end = rest_.find('\0');
  if (end == std::string_view::npos) return take(rest_.size() + 1);
  const auto text = take(end);
  take(1);
  return text;
}

std::string_view KeyReader::tail() { return take(rest_.size()); }

IntervalIndex KeyReader::interval() { return unordered(number<std::uint64_t>()); }

TimePoint KeyReader::time() { return TimePoint(Duration(unordered(number<std::uint64_t>()))); }

TimePoint KeyReader::newest_first() {
  return TimePoint(Duration(unordered(~number<std::uint64_t>())));
}

std::string_view KeyReader::take(std::size_t length) {
  if (failed_ || length > rest_.size()) {
    failed_ = true;
    rest_ = {};
    return {};
  }
  const auto bytes = rest_.substr(0, length);
  rest_.remove_prefix(length);
  return bytes;
}

bool is_key_name(std::string_view text) {
  return !text.empty() && text.find('\0') == std::string_view::npos;
}

std::string after_prefix(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xff') end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

std::string to_big_endian(std::uint64_t value) { return KeyWriter().number(value).take(); }

}  // namespace bellwether::store
