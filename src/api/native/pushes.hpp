#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "native/native_context.hpp"

namespace bellwether::api::native {

// What every way to push rows has in common.

/// What is wrong with the value of header `name` as a key that tells one push from all others;
/// nothing when it can be kept.
std::optional<Response> check_key(std::string_view name, std::string_view key);

/// Takes a push into the inbox and answers by `respond`, which is given the rows' answer; or says
/// why not. What `read` calls overloaded is a body too large ever to be taken.
Response take_push(NativeContext& context, RowIntake::Push push,
                   const std::function<Response(std::string)>& respond);

}  // namespace bellwether::api::native
