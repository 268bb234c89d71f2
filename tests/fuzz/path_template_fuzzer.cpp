// Any text as a path with date keys: a path without them, or an error that says something.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "bellwether/base/time.hpp"
#include "bellwether/domain/path_template.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), count);
  const auto path = bellwether::PathTemplate::compile(text);
  if (!path) {
    if (path.error().message.empty()) std::abort();
    return 0;
  }
  static const bellwether::TimeZone zone("Test/Ahead", std::chrono::hours(9), {});
  for (const std::string_view start :
       {"0001-01-01T00:00:00Z", "2021-12-26T23:59:59.999Z", "9999-12-31T12:00:00Z"}) {
    const auto time = *bellwether::parse_rfc3339(start);
    if (path->render(time, zone) != path->render(time, zone)) std::abort();
  }
  return 0;
}
