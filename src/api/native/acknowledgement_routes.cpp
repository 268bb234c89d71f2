#include <utility>

#include "bellwether/document/json.hpp"
#include "bellwether/document/spec_documents.hpp"
#include "bellwether/domain/text_bounds.hpp"

#include "native/call_values.hpp"
#include "native/native_context.hpp"
#include "operations/catalog_documents.hpp"
#include "problem_response.hpp"

namespace bellwether::api::native {
namespace {

using document::Node;
using store::CatalogKind;

Response create(NativeContext& context, const Call& call) {
  const std::string& id = call.path.at("id");
  const auto group = context.api.store.groups().get(id);
  if (!group && group.error().code == ErrorCode::not_found)
    return problem_response(404, "there is no anomaly '" + id + "'");
  if (!group) return problem_response(group.error());
  auto node = call.body.empty() ? Result<Node>(Node(Node::Map{})) : document_of(call);
  if (!node) return problem_response(node.error());
  Problems problems;
  for (const char* ours : {"anomaly_id", "created_at"})
    if (node->find(ours) != nullptr) problems.push_back({ours, "is set by the server", 0, 0});
  if (node->find("owner") == nullptr) node->set("owner", call.caller.name);
  document::Section section(*node, "", problems);
  Acknowledgement acknowledgement = document::read_acknowledgement(section);
  section.add(validate_texts(acknowledgement));
  if (!problems.empty()) return problem_response(400, "the acknowledgement is not valid", problems);
  acknowledgement.anomaly_id = id;
  acknowledgement.created_at = context.api.wall_clock.now();
  const Node document = document::write_acknowledgement(acknowledgement);
  const auto put = context.api.store.catalog().put(
      CatalogKind::acknowledgement, id, document::to_json(document), false, {},
      Author{call.caller.name, acknowledgement.created_at});
  if (!put) return problem_response(put.error());
  return json_response(201, document);
}

Response get(NativeContext& context, const Call& call) {
  const std::string& id = call.path.at("id");
  const auto entry = context.api.store.catalog().get(CatalogKind::acknowledgement, id);
  if (!entry && entry.error().code == ErrorCode::not_found)
    return problem_response(404, "nobody has acknowledged anomaly '" + id + "'");
  if (!entry) return problem_response(entry.error());
  const auto read = read_entry(*entry, document::read_acknowledgement);
  if (!read) return problem_response(read.error());
  return json_response(200, document::write_acknowledgement(read->spec));
}

Response remove(NativeContext& context, const Call& call) {
  const std::string& id = call.path.at("id");
  const auto erased = context.api.store.catalog().erase(
      CatalogKind::acknowledgement, id, Author{call.caller.name, context.api.wall_clock.now()});
  if (!erased && erased.error().code == ErrorCode::not_found)
    return problem_response(404, "nobody has acknowledged anomaly '" + id + "'");
  if (!erased) return problem_response(erased.error());
  return {204, "", ""};
}

}  // namespace

Routes acknowledgement_routes(const Context& context) {
  return {
      {.method = "POST",
       .path = "/api/v1/anomalies/{id}/acknowledgement",
       .operation = "acknowledgeAnomaly",
       .summary = "Takes an anomaly on: from the next interval on alerts do not escalate it, and "
                  "still say when it is over. The owner is the caller unless told.",
       .tag = "anomalies",
       .role = Role::editor,
       .body = RequestBody{{"application/json"}, "AcknowledgementSpec"},
       .answers = {{201, "It is acknowledged.", "Acknowledgement"}},
       .problems = {400, 404},
       .handle = [context](const Call& call) { return create(*context, call); }},
      {.method = "GET",
       .path = "/api/v1/anomalies/{id}/acknowledgement",
       .operation = "getAcknowledgement",
       .summary = "Who has taken the anomaly on.",
       .tag = "anomalies",
       .role = Role::viewer,
       .answers = {{200, "The acknowledgement.", "Acknowledgement"}},
       .problems = {404},
       .handle = [context](const Call& call) { return get(*context, call); }},
      {.method = "DELETE",
       .path = "/api/v1/anomalies/{id}/acknowledgement",
       .operation = "withdrawAcknowledgement",
       .summary = "Takes the acknowledgement back: alerts may escalate the anomaly again.",
       .tag = "anomalies",
       .role = Role::editor,
       .answers = {{204, "It is gone."}},
       .problems = {404},
       .handle = [context](const Call& call) { return remove(*context, call); }},
  };
}

}  // namespace bellwether::api::native
