#include <chrono>
#include <utility>

#include "bellwether/document/spec_documents.hpp"

#include "native/call_values.hpp"
#include "native/native_context.hpp"
#include "problem_response.hpp"

namespace bellwether::api::native {
namespace {

using document::Node;

Node write_view(const AlertBook::View& view) {
  return document::write_alert(view.spec).set("provisioned", view.is_provisioned);
}

Response respond(int status, const Result<AlertBook::View>& view) {
  if (!view) return problem_response(view.error());
  return json_response(status, write_view(*view), view->revision);
}

/// The spec in a body, or why it cannot be taken.
std::variant<AlertSpec, Response> read_spec(NativeContext& context, const Call& call) {
  auto node = document_of(call);
  if (!node) return problem_response(node.error());
  std::erase_if(std::get<Node::Map>(node->value()),
                [](const auto& entry) { return entry.first == "provisioned"; });
  const auto name = call.path.find("name");
  if (name != call.path.end() && node->find("name") == nullptr) node->set("name", name->second);
  Problems problems;
  document::Section section(*node, "", problems);
  AlertSpec spec = document::read_alert(section);
  if (problems.empty()) {
    if (name != call.path.end() && spec.name != name->second)
      problems.push_back({"name", "must be '" + name->second + "', as in the path", 0, 0});
    const auto found = context.alerts.problems_of(spec);
    if (!found) return problem_response(found.error());
    problems.insert(problems.end(), found->begin(), found->end());
  }
  if (!problems.empty()) return problem_response(400, "the alert is not valid", problems);
  return spec;
}

Response list(NativeContext& context, const Call& call) {
  const auto views = context.alerts.list();
  if (!views) return problem_response(views.error());
  return json_response(
      200, page_of(
               *views, "alerts", call, [](const AlertBook::View& view) { return view.spec.name; },
               write_view));
}

Response create(NativeContext& context, const Call& call) {
  auto spec = read_spec(context, call);
  if (auto* refusal = std::get_if<Response>(&spec)) return std::move(*refusal);
  const auto& alert = std::get<AlertSpec>(spec);
  Response response = respond(201, context.alerts.create(alert, call.caller.name));
  if (response.status == 201) response.headers["location"] = "/api/v1/alerts/" + alert.name;
  return response;
}

Response replace(NativeContext& context, const Call& call) {
  auto spec = read_spec(context, call);
  if (auto* refusal = std::get_if<Response>(&spec)) return std::move(*refusal);
  const auto& alert = std::get<AlertSpec>(spec);
  const auto revision = revision_of(call);
  if (!revision) return problem_response(revision.error());
  if (*revision) {
    const auto before = context.alerts.get(alert.name);
    if (before && before->revision != **revision) return revision_mismatch();
  }
  return respond(200, context.alerts.replace(alert, *revision, call.caller.name));
}

Response remove(NativeContext& context, const Call& call) {
  if (auto removed = context.alerts.remove(call.path.at("name"), call.caller.name); !removed)
    return problem_response(removed.error());
  return {204, "", ""};
}

Response test(NativeContext& context, const Call& call) {
  const std::string& name = call.path.at("name");
  if (const auto alert = context.alerts.get(name); !alert) return problem_response(alert.error());
  if (const auto wait = context.tests.refuse(name, std::chrono::steady_clock::now()))
    return too_many_requests(
        "an alert may be tested 5 times a minute; try '" + name + "' again later", *wait);
  const auto sent = context.alerts.test(name);
  if (!sent) return problem_response(sent.error());
  Node::List deliveries;
  for (const AlertBook::TestDelivery& one : *sent)
    deliveries.push_back(Node().set("id", one.id).set("sink", one.sink));
  return json_response(202, Node().set("deliveries", std::move(deliveries)));
}

const RequestBody alert_body{{"application/json"}, "AlertSpec"};

}  // namespace

Routes alert_routes(const Context& context) {
  return {
      {.method = "GET",
       .path = "/api/v1/alerts",
       .operation = "listAlerts",
       .summary = "All alerts, by name.",
       .tag = "alerts",
       .role = Role::viewer,
       .parameters = {limit_parameter(), cursor_parameter()},
       .answers = {{200, "A page of alerts.", "AlertPage"}},
       .handle = [context](const Call& call) { return list(*context, call); }},
      {.method = "POST",
       .path = "/api/v1/alerts",
       .operation = "createAlert",
       .summary = "Makes an alert; it is in force from the next interval on.",
       .tag = "alerts",
       .role = Role::editor,
       .body = alert_body,
       .answers = {{201, "It exists.", "Alert", "application/json", true}},
       .problems = {400, 409},
       .handle = [context](const Call& call) { return create(*context, call); }},
      {.method = "GET",
       .path = "/api/v1/alerts/{name}",
       .operation = "getAlert",
       .summary = "One alert.",
       .tag = "alerts",
       .role = Role::viewer,
       .answers = {{200, "The alert.", "Alert", "application/json", true}},
       .problems = {404},
       .handle =
           [context](const Call& call) {
             return respond(200, context->alerts.get(call.path.at("name")));
           }},
      {.method = "PUT",
       .path = "/api/v1/alerts/{name}",
       .operation = "replaceAlert",
       .summary = "Replaces an alert as a whole.",
       .tag = "alerts",
       .role = Role::editor,
       .parameters = {{"If-Match",
                       Parameter::Type::text,
                       "Replace only what stands at this `ETag`.",
                       {},
                       true}},
       .body = alert_body,
       .answers = {{200, "It is replaced.", "Alert", "application/json", true}},
       .problems = {400, 404, 409, 412},
       .handle = [context](const Call& call) { return replace(*context, call); }},
      {.method = "DELETE",
       .path = "/api/v1/alerts/{name}",
       .operation = "deleteAlert",
       .summary = "Deletes an alert. Deliveries it has caused still go out.",
       .tag = "alerts",
       .role = Role::editor,
       .answers = {{204, "It is gone."}},
       .problems = {404, 409},
       .handle = [context](const Call& call) { return remove(*context, call); }},
      {.method = "POST",
       .path = "/api/v1/alerts/{name}/test",
       .operation = "testAlert",
       .summary = "Sends a made-up group, marked as a test, through each of its sinks.",
       .tag = "alerts",
       .role = Role::editor,
       .answers = {{202, "The deliveries are in the outbox.", "TestDeliveries"}},
       .problems = {404, 409},
       .handle = [context](const Call& call) { return test(*context, call); }},
  };
}

}  // namespace bellwether::api::native
