#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "bellwether/base/byte_budget.hpp"
#include "bellwether/base/result.hpp"

namespace bellwether::api {

/// Unpacks one block of Snappy, without the framing format around it.
///
/// Errors   invalid_input: damaged or cut off; overloaded: it says that more than `limit` bytes
///          come out; unavailable: memory is short. What comes out is reserved in `held` before.
Result<std::string> unsnap(std::string_view packed, std::size_t limit, ByteReservation& held);

}  // namespace bellwether::api
