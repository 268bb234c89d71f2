#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "bellwether/base/byte_budget.hpp"
#include "bellwether/base/result.hpp"

#include "row_count.hpp"

namespace bellwether::api {

/// How much may come out of a packed body.
struct UnpackLimits {
  std::size_t bytes;
  RowCount* count = nullptr;  ///< Shown what comes out; null: rows are not counted.
  std::uint64_t rows = 0;     ///< How many it may count.
};

/// Unpacks gzip, several members in a row too.
///
/// What comes out is reserved in `held` before there is room for it.
///
/// Errors   invalid_input: damaged or cut off; overloaded: more comes out than `limits` say, which
///          ends the work at once; unavailable: memory is short.
Result<std::string> gunzip(std::string_view packed, const UnpackLimits& limits,
                           ByteReservation& held);

}  // namespace bellwether::api
