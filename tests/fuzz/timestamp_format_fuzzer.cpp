// A pattern, a line break, a text: a time, or an error that says something.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "bellwether/base/time.hpp"
#include "bellwether/ingest/time_zone_database.hpp"
#include "bellwether/ingest/timestamp_format.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  static const bellwether::TimeZone zone = *bellwether::ingest::load_time_zone("Europe/Amsterdam");
  const std::string_view input(reinterpret_cast<const char*>(bytes), count);
  const std::size_t end = input.find('\n');
  if (end == std::string_view::npos) return 0;
  const auto format = bellwether::ingest::TimestampFormat::compile(input.substr(0, end), zone);
  if (!format) {
    if (format.error().message.empty()) std::abort();
    return 0;
  }
  const auto time = format->parse(input.substr(end + 1));
  if (!time) {
    if (time.error().message.empty()) std::abort();
    return 0;
  }
  if (bellwether::to_rfc3339(*time).empty()) std::abort();
  return 0;
}
