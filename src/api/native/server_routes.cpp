#include <algorithm>

#include "native/call_values.hpp"
#include "native/native_context.hpp"

namespace bellwether::api::native {
namespace {

using document::Node;

/// How the parts are is for those who may look at detectors: it names them, and the hosts they
/// read.
Response show_readiness(const NativeContext& context, const Call& call) {
  const bool is_ready = context.api.health.is_ready();
  Node document;
  document.set("ready", is_ready);
  if (!call.caller.is_stranger) {
    Node::Map parts;
    for (const auto& [name, part] : context.api.health.parts()) {
      Node node;
      node.set("ready", part.ready);
      if (!part.detail.empty()) node.set("detail", part.detail);
      parts.emplace_back(name, std::move(node));
    }
    document.set("parts", std::move(parts));
  }
  return json_response(is_ready ? 200 : 503, document);
}

void count_memory(NativeContext& context) {
  const ByteBudget& memory = context.api.memory;
  context.api.metrics.set("bellwether_memory_used_bytes", "Bytes reserved in server.memory now", {},
                          static_cast<double>(memory.used_bytes()));
  context.api.metrics.set("bellwether_memory_bound_bytes", "Bytes of server.memory", {},
                          static_cast<double>(memory.bytes()));
}

}  // namespace

Routes server_routes(const Context& context) {
  return {
      {.method = "GET",
       .path = "/healthz",
       .operation = "showHealth",
       .summary = "Whether the server is alive.",
       .tag = "server",
       .role = std::nullopt,
       .answers = {{200, "It is.", "Health"}},
       .is_immediate = true,
       .handle = [](const Call&) { return json_response(200, Node().set("status", "alive")); }},
      {.method = "GET",
       .path = "/readyz",
       .operation = "showReadiness",
       .summary = "Whether the server is ready: its store, its catalog and its API. Callers who "
                  "may look at detectors see how those and the sinks are, too.",
       .tag = "server",
       .role = std::nullopt,
       .answers = {{200, "It is.", "Readiness"}, {503, "It is not.", "Readiness"}},
       .is_immediate = true,
       .handle = [context](const Call& call) { return show_readiness(*context, call); }},
      {.method = "GET",
       .path = "/metrics",
       .operation = "showMetrics",
       .summary = "What the server counts about itself, as Prometheus text.",
       .tag = "server",
       .role = Role::viewer,
       .answers = {{200, "Text format 0.0.4.", "", "text/plain; version=0.0.4; charset=utf-8"}},
       .handle =
           [context](const Call&) {
             count_memory(*context);
             return Response{200, "text/plain; version=0.0.4; charset=utf-8",
                             context->api.metrics.to_text()};
           }},
  };
}

}  // namespace bellwether::api::native
