#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace bellwether {

/// How much of what should have come in an interval did come. A frame that is not healthy says
/// something of the source and nothing of the values: it is neither judged nor learnt from.
enum class SourceHealth : std::uint8_t {
  healthy,
  partial,  ///< Most series that nearly always report are missing.
  silent,   ///< Not one series reported.
};
inline constexpr std::size_t source_health_count = 3;

std::string_view to_string(SourceHealth health);
std::optional<SourceHealth> parse_source_health(std::string_view text);

}  // namespace bellwether
