#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "native/native_context.hpp"

namespace bellwether::api::native {

// What every way to push rows has in common.

// Firehose and Prometheus have no idempotency key of their own; what stands for it begins so.
inline constexpr std::string_view firehose_key_prefix = "firehose ";
inline constexpr std::string_view prometheus_key_prefix = "prometheus ";

/// What is wrong with the value of header `name` as a key that tells one push from all others;
/// nothing when it can be kept.
std::optional<Response> check_key(std::string_view name, std::string_view key);

/// The key under which a push of `/rows` is remembered. Those that begin as the keys of other ways
/// to push do get a prefix: nobody can take another sender's push for one that was seen.
std::string own_key(const std::string& key);

/// Takes a push into the inbox and answers by `respond`, which is given the rows' answer; or says
/// why not. What `read` calls overloaded is a body too large ever to be taken.
Response take_push(NativeContext& context, const Call& call, RowIntake::Push push,
                   const std::function<Response(std::string)>& respond);

}  // namespace bellwether::api::native
