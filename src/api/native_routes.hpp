#pragma once

#include <memory>

#include "bellwether/api/api_server.hpp"

#include "route.hpp"

namespace bellwether::api {

/// The native dialect (docs/api.md) as routes. They hold what they share among them; what `context`
/// refers to outlives them.
Routes native_routes(const ApiContext& context);

}  // namespace bellwether::api
