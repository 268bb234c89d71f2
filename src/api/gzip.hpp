#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "bellwether/base/result.hpp"

namespace bellwether::api {

/// Unpacks gzip, several members in a row too.
///
/// Errors   invalid_input: damaged or cut off; overloaded: more than `limit` bytes come out.
Result<std::string> gunzip(std::string_view packed, std::size_t limit);

}  // namespace bellwether::api
