#include <utility>

#include "bellwether/document/json.hpp"

#include "native/call_values.hpp"
#include "native/native_context.hpp"
#include "problem_response.hpp"

namespace bellwether::api::native {
namespace {

using document::Node;

/// The document as a tree; one that was no JSON, such as a detector's desired state, as text.
Node write_document(const std::optional<std::string>& text) {
  if (!text) return {};
  auto node = document::parse_json(*text);
  return node ? std::move(*node) : Node(*text);
}

Node write_entry(const AuditEntry& entry) {
  return Node()
      .set("time", to_rfc3339(entry.author.time))
      .set("author", entry.author.name)
      .set("kind", entry.kind)
      .set("name", entry.name)
      .set("before", write_document(entry.before))
      .set("after", write_document(entry.after));
}

Response list(NativeContext& context, const Call& call) {
  const auto page =
      context.api.store.catalog().audit({text_of(call, "kind"), text_of(call, "name"),
                                         limit_of(call), text_of(call, "cursor").value_or("")});
  if (!page) return problem_response(page.error());
  Node::List changes;
  for (const AuditEntry& entry : page->entries) changes.push_back(write_entry(entry));
  return json_response(
      200, Node()
               .set("changes", std::move(changes))
               .set("next_cursor", page->next_cursor.empty() ? Node() : Node(page->next_cursor)));
}

}  // namespace

Routes audit_routes(const Context& context) {
  return {
      {.method = "GET",
       .path = "/api/v1/audit",
       .operation = "listChanges",
       .summary = "Who changed detectors, alerts, silences, acknowledgements and what the "
                  "configuration file says, and who gave orders to detectors (`desired state`), "
                  "when, from what to what; newest first.",
       .tag = "audit",
       .role = Role::viewer,
       .parameters = {{"kind",
                       Parameter::Type::choice,
                       "Of this kind.",
                       {"detector", "desired state", "alert", "silence", "sink", "connection",
                        "acknowledgement"}},
                      {"name", Parameter::Type::text, "Of this name or id."},
                      limit_parameter(),
                      cursor_parameter()},
       .answers = {{200, "A page of changes.", "AuditPage"}},
       .problems = {400},
       .handle = [context](const Call& call) { return list(*context, call); }},
  };
}

}  // namespace bellwether::api::native
