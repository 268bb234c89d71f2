#include "native_routes.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "bellwether/document/json.hpp"

#include "native/native_context.hpp"
#include "open_api.hpp"

namespace bellwether::api {

Routes native_routes(const ApiContext& context) {
  const auto shared = std::make_shared<native::NativeContext>(context);
  Routes all;
  for (const auto make : {native::detector_routes, native::row_routes, native::firehose_routes,
                          native::prometheus_routes, native::series_routes, native::anomaly_routes,
                          native::alert_routes, native::silence_routes,
                          native::acknowledgement_routes, native::delivery_routes,
                          native::trace_routes, native::audit_routes, native::server_routes}) {
    Routes routes = make(shared);
    std::ranges::move(routes, std::back_inserter(all));
  }
  all.push_back({.method = "GET",
                 .path = "/api/openapi.json",
                 .operation = "describeApi",
                 .summary = "This document.",
                 .tag = "server",
                 .role = Role::viewer,
                 .answers = {{200, "OpenAPI 3.1.", "OpenApi"}},
                 .handle = nullptr});
  // Made once, now that every route is known.
  const std::string description = document::to_json(describe_routes(all));
  all.back().handle = [description](const Call&) {
    return Response{200, "application/json", description};
  };
  return all;
}

}  // namespace bellwether::api
