// Any bytes as a text for people: whole characters, on one line, that nothing is left to take out
// of.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "bellwether/base/printable_text.hpp"
#include "bellwether/base/utf8.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), count);
  const std::string shown = bellwether::printable_text(text);
  if (bellwether::find_broken_utf8(shown) != shown.size()) std::abort();
  if (bellwether::printable_text(shown) != shown) std::abort();
  std::string lines = bellwether::printable_lines(text);
  std::ranges::replace(lines, '\n', ' ');
  if (lines != shown) std::abort();
  return 0;
}
