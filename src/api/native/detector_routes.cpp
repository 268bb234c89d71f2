#include <algorithm>
#include <utility>
#include <variant>

#include "bellwether/document/group_documents.hpp"
#include "bellwether/document/spec_documents.hpp"
#include "bellwether/domain/text_bounds.hpp"
#include "bellwether/ingest/row_reader.hpp"
#include "bellwether/ingest/source.hpp"

#include "native/call_values.hpp"
#include "native/native_context.hpp"
#include "problem_response.hpp"

namespace bellwether::api::native {
namespace {

using document::Node;

Node write_view(const DetectorView& view) {
  Node status = document::write_status(view.status);
  // Before the pipeline has said anything nothing has changed yet.
  if (view.status.changed_at == TimePoint{})
    std::erase_if(std::get<Node::Map>(status.value()),
                  [](const auto& entry) { return entry.first == "changed_at"; });
  Node node = document::write_detector(view.spec);
  node.set("status", std::move(status));
  node.set("provisioned", view.is_provisioned);
  return node;
}

Response respond(int status, const Result<DetectorView>& view) {
  if (!view) return problem_response(view.error());
  return json_response(status, write_view(*view), view->revision);
}

SourceAuthor author_of(Role role) {
  switch (role) {
    case Role::admin:
      return SourceAuthor::admin;
    case Role::local:
      return SourceAuthor::local;
    case Role::viewer:
    case Role::editor:
      return SourceAuthor::editor;
  }
  return SourceAuthor::local;
}

/// The spec in a body. What only the server says is left out, so that what was read can be sent
/// back changed. Gives a refusal when the spec is not valid.
std::variant<DetectorSpec, Response> read_spec(const NativeContext& context, const Call& call) {
  auto node = document_of(call);
  if (!node) return problem_response(node.error());
  auto& entries = std::get<Node::Map>(node->value());
  std::erase_if(entries, [](const auto& entry) {
    return entry.first == "status" || entry.first == "provisioned";
  });
  const auto name = call.path.find("name");
  if (name != call.path.end() && node->find("name") == nullptr) node->set("name", name->second);
  Problems problems;
  document::Section section(*node, "", problems);
  DetectorSpec spec = document::read_detector(section);
  section.add(validate_texts(spec));
  section.add(ingest::validate_timestamp(spec.timestamp));
  section.add(ingest::validate_source(spec.source));
  section.add(validate_retention(spec, context.api.retention));
  if (name != call.path.end() && problems.empty() && spec.name != name->second)
    problems.push_back({"name", "must be '" + name->second + "', as in the path", 0, 0});
  if (!problems.empty()) return problem_response(400, "the detector is not valid", problems);
  const auto rights = context.detectors.source_rights();
  if (!rights) return problem_response(rights.error());
  const Problems forbidden = find_forbidden(spec.source, author_of(call.caller.role), *rights);
  if (!forbidden.empty())
    return problem_response(403, "the source names what a detector made over the API must not",
                            forbidden);
  return spec;
}

Response list(NativeContext& context, const Call& call) {
  const auto views = context.detectors.list();
  if (!views) return problem_response(views.error());
  return json_response(
      200, page_of(
               *views, "detectors", call, [](const DetectorView& view) { return view.spec.name; },
               write_view));
}

Response create(NativeContext& context, const Call& call) {
  auto spec = read_spec(context, call);
  if (auto* refusal = std::get_if<Response>(&spec)) return std::move(*refusal);
  const auto& detector = std::get<DetectorSpec>(spec);
  Response response = respond(201, context.detectors.create(detector, call.caller.name));
  if (response.status == 201) response.headers["location"] = "/api/v1/detectors/" + detector.name;
  return response;
}

Response replace(NativeContext& context, const Call& call) {
  auto spec = read_spec(context, call);
  if (auto* refusal = std::get_if<Response>(&spec)) return std::move(*refusal);
  const auto& detector = std::get<DetectorSpec>(spec);
  const auto revision = revision_of(call);
  if (!revision) return problem_response(revision.error());
  if (*revision) {
    const auto before = context.detectors.get(detector.name);
    if (before && before->revision != **revision) return revision_mismatch();
  }
  const bool may_forget = text_of(call, "forget") == "true";
  if (may_forget && call.caller.role < Role::admin)
    return problem_response(403,
                            "forget=true loses what a detector has stored, as deleting it "
                            "does, and needs the role admin; '" +
                                call.caller.name + "' is " +
                                std::string(to_string(call.caller.role)));
  return respond(200, context.detectors.replace(detector, *revision, may_forget, call.caller.name));
}

Response give(NativeContext& context, Order order, const Call& call) {
  const auto view = context.detectors.give(order, call.path.at("name"), call.caller.name);
  if (!view) return problem_response(view.error());
  return json_response(202, write_view(*view));
}

Route order_route(const Context& context, Order order, const std::string& word,
                  std::string summary) {
  return {
      .method = "POST",
      .path = "/api/v1/detectors/{name}/" + word,
      .operation = word + "Detector",
      .summary = std::move(summary),
      .tag = "detectors",
      .role = Role::editor,
      .answers = {{202, "The order is given; `status` shows how it is carried out.", "Detector"}},
      .problems = {404, 409},
      .handle = [context, order](const Call& call) { return give(*context, order, call); }};
}

const RequestBody detector_body{{"application/json"}, "DetectorSpec"};

}  // namespace

Routes detector_routes(const Context& context) {
  return {
      {.method = "GET",
       .path = "/api/v1/detectors",
       .operation = "listDetectors",
       .summary = "All detectors with their status, by name.",
       .tag = "detectors",
       .role = Role::viewer,
       .parameters = {limit_parameter(), cursor_parameter()},
       .answers = {{200, "A page of detectors.", "DetectorPage"}},
       .handle = [context](const Call& call) { return list(*context, call); }},
      {.method = "POST",
       .path = "/api/v1/detectors",
       .operation = "createDetector",
       .summary = "Makes a detector. It runs at once unless `active` is false.",
       .tag = "detectors",
       .role = Role::editor,
       .body = detector_body,
       .answers = {{201, "It exists.", "Detector", "application/json", true}},
       .problems = {400, 403, 409},
       .handle = [context](const Call& call) { return create(*context, call); }},
      {.method = "GET",
       .path = "/api/v1/detectors/{name}",
       .operation = "getDetector",
       .summary = "One detector with its status.",
       .tag = "detectors",
       .role = Role::viewer,
       .answers = {{200, "The detector.", "Detector", "application/json", true}},
       .problems = {404},
       .handle =
           [context](const Call& call) {
             return respond(200, context->detectors.get(call.path.at("name")));
           }},
      {.method = "PUT",
       .path = "/api/v1/detectors/{name}",
       .operation = "replaceDetector",
       .summary = "Replaces a detector's configuration as a whole.",
       .tag = "detectors",
       .role = Role::editor,
       .parameters = {{"forget",
                       Parameter::Type::choice,
                       "`true` allows a change that makes stored data and what was learnt "
                       "meaningless; both are then lost, so it takes the role admin.",
                       {"true", "false"}},
                      {"If-Match",
                       Parameter::Type::text,
                       "Replace only what stands at this `ETag`.",
                       {},
                       true}},
       .body = detector_body,
       .answers = {{200, "It is replaced.", "Detector", "application/json", true}},
       .problems = {400, 404, 409, 412},
       .handle = [context](const Call& call) { return replace(*context, call); }},
      {.method = "DELETE",
       .path = "/api/v1/detectors/{name}",
       .operation = "deleteDetector",
       .summary = "Deletes a detector with all it has stored and learnt, and the alerts on it.",
       .tag = "detectors",
       .role = Role::admin,
       .answers = {{202, "It is being deleted.", "Detector"}},
       .problems = {404, 409},
       .handle = [context](const Call& call) { return give(*context, Order::remove, call); }},
      order_route(context, Order::activate, "activate",
                  "Starts a detector: it learns what is normal and then watches."),
      order_route(context, Order::deactivate, "deactivate",
                  "Stops a detector; what it has learnt is kept."),
      order_route(context, Order::backtest, "backtest",
                  "Runs a detector over the history its source has, and stops."),
  };
}

}  // namespace bellwether::api::native
