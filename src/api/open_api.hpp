#pragma once

#include <string>

#include "bellwether/document/node.hpp"

#include "route.hpp"

namespace bellwether::api {

/// The OpenAPI 3.1 document of the routes. It is made from the very table that requests are judged
/// by, so it cannot say other than what is.
document::Node describe_routes(const Routes& routes);

/// The component schemas it refers to, by name (JSON Schema 2020-12).
document::Node component_schemas();

}  // namespace bellwether::api
