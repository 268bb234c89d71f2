#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bellwether/base/result.hpp"

namespace bellwether::api {

/// A request target taken apart and decoded.
struct Target {
  std::vector<std::string> segments;  ///< Of the path; `/a//b/` has four, two of them empty.
  std::vector<std::pair<std::string, std::string>> query;  ///< In the order they stand.
};

/// Errors   invalid_input: no path, or a percent sign without two hexadecimal digits.
Result<Target> parse_target(std::string_view target);

}  // namespace bellwether::api
