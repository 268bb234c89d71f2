// Any bytes as a configuration file: either settings or problems that say something.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "bellwether/config/load_settings.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), count);
  for (const auto& problem : bellwether::config::read_settings(text).problems)
    if (problem.message.empty() || problem.line < 0 || problem.column < 0) std::abort();
  return 0;
}
