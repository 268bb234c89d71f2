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
  if (const auto word = text_of(call, "state")) query.state = parse_delivery_state(*word);
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
            {"state", Parameter::Type::choice, "In this state.", {"pending", "delivered", "dead"}},
            limit_parameter(),
            cursor_parameter()},
       .answers = {{200, "A page of deliveries.", "DeliveryPage"}},
       .problems = {400},
       .handle = [context](const Call& call) { return list(*context, call); }},
      {.method = "GET",
       .path = "/api/v1/deliveries/{id}",
       .operation = "getDelivery",
       .summary = "One delivery with the group as it was sent.",
       .tag = "deliveries",
       .role = Role::viewer,
       .answers = {{200, "The delivery.", "Delivery"}},
       .problems = {404},
       .handle = [context](const Call& call) { return get(*context, call); }},
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
