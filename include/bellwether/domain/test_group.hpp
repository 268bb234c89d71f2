#pragma once

#include <string_view>

namespace bellwether {

/// Ids of made-up groups begin so: their deliveries, which someone ordered to try an alert out, go
/// out after those about anomalies.
inline constexpr std::string_view test_group_prefix = "test-";

}  // namespace bellwether
