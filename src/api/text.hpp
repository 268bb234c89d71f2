#pragma once

#include <string>
#include <vector>

#include "http_message.hpp"

namespace bellwether::api {

/// ASCII letters alone, as HTTP compares its names.
std::string in_lower_case(std::string text);

/// "a, b, c".
std::string joined(const std::vector<std::string>& words);

/// The field's value; empty when there is none. `name` in lower case.
std::string header_of(const Headers& headers, const std::string& name);

}  // namespace bellwether::api
