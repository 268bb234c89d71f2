#include <string>
#include <utility>

#include "bellwether/document/group_documents.hpp"

#include "native/call_values.hpp"
#include "native/native_context.hpp"
#include "native/write_delivery_outline.hpp"
#include "problem_response.hpp"

namespace bellwether::api::native {
namespace {

using document::Node;

Error named(Error error, const std::string& id) {
  if (error.code == ErrorCode::not_found) return not_found("there is no delivery '" + id + "'");
  return error;
}

Response list(NativeContext& context, const Call& call) {
  store::DeliveryQuery query;
  query.alert = text_of(call, "alert");
  query.sink = text_of(call, "sink");
  query.detector = text_of(call, "detector");
  query.anomaly = text_of(call, "anomaly");
  if (const auto word = text_of(call, "event")) query.event = parse_group_event(*word);
  if (const auto word = text_of(call, "state")) query.state = parse_delivery_state(*word);
  query.from = time_of(call, "from");
  query.to = time_of(call, "to");
  query.limit = limit_of(call);
  query.cursor = text_of(call, "cursor").value_or("");
  const auto page = context.api.store.outbox().find(query);
  if (!page) return problem_response(page.error());
  Node::List deliveries;
  for (const Delivery& delivery : page->deliveries)
    deliveries.push_back(write_delivery_outline(delivery));
  return json_response(
      200, Node()
               .set("deliveries", std::move(deliveries))
               .set("next_cursor", page->next_cursor.empty() ? Node() : Node(page->next_cursor)));
}

Response get(NativeContext& context, const Call& call) {
  const std::string& id = call.path.at("id");
  const auto delivery = context.api.store.outbox().get(id);
  if (!delivery) return problem_response(named(delivery.error(), id));
  return json_response(200, document::write_delivery(*delivery));
}

Response redrive(NativeContext& context, const Call& call) {
  const std::string& id = call.path.at("id");
  const auto delivery = context.api.store.outbox().redrive(id, context.api.wall_clock.now());
  if (!delivery) return problem_response(named(delivery.error(), id));
  return json_response(202, document::write_delivery(*delivery));
}

/// Which dead deliveries a request is about. That it is about all of them must be said.
store::DeliveryQuery read_redrive(const Node& node, Problems& problems) {
  document::Section section(node, "", problems);
  store::DeliveryQuery query;
  bool is_about_all = false;
  for (const auto& [name, wanted] : {std::pair{"sink", &query.sink}, {"alert", &query.alert}})
    if (std::string text; section.optional(name, text)) *wanted = std::move(text);
  section.optional("all", is_about_all);
  section.refuse_unknown_keys();
  const bool is_narrowed = query.sink || query.alert;
  if (problems.empty() && is_about_all == is_narrowed)
    problems.push_back({"",
                        is_narrowed ? "give sink and alert, or all, but not both"
                                    : "say which: sink, alert or both, or all: true",
                        0, 0});
  return query;
}

Response redrive_all(NativeContext& context, const Call& call) {
  const auto node = document_of(call);
  if (!node) return problem_response(node.error());
  Problems problems;
  const store::DeliveryQuery query = read_redrive(*node, problems);
  if (!problems.empty())
    return problem_response(400, "it does not say which deliveries to send again", problems);
  const auto redriven = context.api.store.outbox().redrive_all(query, context.api.wall_clock.now());
  if (!redriven) return problem_response(redriven.error());
  return json_response(202, Node().set("redriven", *redriven));
}

}  // namespace

Routes delivery_routes(const Context& context) {
  return {
      {.method = "GET",
       .path = "/api/v1/deliveries",
       .operation = "listDeliveries",
       .summary = "What was sent, what waits and what died, newest first.",
       .tag = "deliveries",
       .role = Role::viewer,
       .parameters =
           {{"alert", Parameter::Type::text, "Caused by this alert."},
            {"sink", Parameter::Type::text, "To this sink."},
            {"detector", Parameter::Type::text, "About groups of this detector."},
            {"anomaly", Parameter::Type::text, "About this group, alone or among others."},
            {"event",
             Parameter::Type::choice,
             "Because of this event.",
             {"opened", "escalated", "closed", "amended", "withdrawn"}},
            {"state", Parameter::Type::choice, "In this state.", {"pending", "delivered", "dead"}},
            {"from", Parameter::Type::time, "Created (or last redriven) then or later."},
            {"to", Parameter::Type::time, "Created (or last redriven) before."},
            limit_parameter(),
            cursor_parameter()},
       .answers = {{200, "A page of deliveries.", "DeliveryPage"}},
       .problems = {400},
       .handle = [context](const Call& call) { return list(*context, call); }},
      {.method = "GET",
       .path = "/api/v1/deliveries/{id}",
       .operation = "getDelivery",
       .summary = "One delivery with the group as it was sent, and its newest attempts.",
       .tag = "deliveries",
       .role = Role::viewer,
       .answers = {{200, "The delivery.", "Delivery"}},
       .problems = {404},
       .handle = [context](const Call& call) { return get(*context, call); }},
      {.method = "POST",
       .path = "/api/v1/deliveries/redrive",
       .operation = "redriveDeliveries",
       .summary = "Makes the dead deliveries of a sink, of an alert or of both pending again, or "
                  "all; each keeps its id.",
       .tag = "deliveries",
       .role = Role::editor,
       .body = RequestBody{{"application/json"}, "RedriveOrder"},
       .answers = {{202, "They are pending.", "Redriven"}},
       .problems = {400},
       .handle = [context](const Call& call) { return redrive_all(*context, call); }},
      {.method = "POST",
       .path = "/api/v1/deliveries/{id}/redrive",
       .operation = "redriveDelivery",
       .summary = "Makes a dead delivery pending again, due now, under the same id.",
       .tag = "deliveries",
       .role = Role::editor,
       .answers = {{202, "It is pending.", "Delivery"}},
       .problems = {404, 409},
       .handle = [context](const Call& call) { return redrive(*context, call); }},
  };
}

}  // namespace bellwether::api::native
