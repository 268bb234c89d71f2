#include <algorithm>
#include <utility>

#include "bellwether/base/ids.hpp"
#include "bellwether/document/json.hpp"
#include "bellwether/document/spec_documents.hpp"
#include "bellwether/domain/text_bounds.hpp"
#include "bellwether/ingest/time_zone_database.hpp"

#include "native/call_values.hpp"
#include "native/native_context.hpp"
#include "operations/catalog_documents.hpp"
#include "problem_response.hpp"

namespace bellwether::api::native {
namespace {

using document::Node;
using store::CatalogKind;

Response list(NativeContext& context, const Call& call) {
  const auto silences =
      read_entries(context.api.store.catalog(), CatalogKind::silence, document::read_silence);
  if (!silences) return problem_response(silences.error());
  return json_response(200, page_of(
                                *silences, "silences", call,
                                [](const Catalogued<Silence>& silence) { return silence.spec.id; },
                                [](const Catalogued<Silence>& silence) {
                                  return document::write_silence(silence.spec);
                                }));
}

/// A silence for something that does not exist would mute nothing, and nobody would notice.
Result<Problems> missing_references(NativeContext& context, const Silence& silence) {
  Problems problems;
  if (silence.recurring)
    if (const auto zone = ingest::load_time_zone(silence.recurring->timezone); !zone)
      problems.push_back({"recurring.timezone", zone.error().message, 0, 0});
  if (!silence.anomaly.empty()) {
    const auto group = context.api.store.groups().get(silence.anomaly);
    if (!group && group.error().code != ErrorCode::not_found) return group.error();
    if (!group)
      problems.push_back({"anomaly", "there is no anomaly '" + silence.anomaly + "'", 0, 0});
  }
  if (!silence.alert.empty()) {
    const auto alert = context.alerts.get(silence.alert);
    if (!alert && alert.error().code != ErrorCode::not_found) return alert.error();
    if (!alert) problems.push_back({"alert", alert.error().message, 0, 0});
  }
  if (silence.detector.empty()) return problems;
  const auto detector = context.detectors.get(silence.detector);
  if (!detector && detector.error().code != ErrorCode::not_found) return detector.error();
  if (!detector) {
    problems.push_back({"detector", detector.error().message, 0, 0});
    return problems;
  }
  if (!silence.measure.empty())
    if (const auto known = find_measure(detector->spec, silence.measure); !known)
      problems.push_back({"measure", known.error().message, 0, 0});
  for (const auto& [dimension, values] : silence.dimensions)
    if (const auto known = check_dimension(detector->spec, dimension); !known)
      problems.push_back({"dimensions." + dimension, known.error().message, 0, 0});
  return problems;
}

Response create(NativeContext& context, const Call& call) {
  auto node = document_of(call);
  if (!node) return problem_response(node.error());
  Problems problems;
  for (const char* ours : {"id", "created_at"})
    if (node->find(ours) != nullptr) problems.push_back({ours, "is set by the server", 0, 0});
  if (node->find("owner") == nullptr) node->set("owner", call.caller.name);
  const TimePoint now = context.api.wall_clock.now();
  if (node->find("from") == nullptr) node->set("from", to_rfc3339(now));
  document::Section section(*node, "", problems);
  Silence silence = document::read_silence(section);
  section.add(validate_texts(silence));
  if (problems.empty()) {
    auto missing = missing_references(context, silence);
    if (!missing) return problem_response(missing.error());
    problems = std::move(*missing);
  }
  if (!problems.empty()) return problem_response(400, "the silence is not valid", problems);
  silence.id = random_uuid();
  silence.created_at = now;
  const Node document = document::write_silence(silence);
  const auto put =
      context.api.store.catalog().put(CatalogKind::silence, silence.id, document::to_json(document),
                                      false, 0, Author{call.caller.name, now});
  if (!put) return problem_response(put.error());
  return json_response(201, document);
}

Response remove(NativeContext& context, const Call& call) {
  const std::string& id = call.path.at("id");
  auto erased = context.api.store.catalog().erase(
      CatalogKind::silence, id, Author{call.caller.name, context.api.wall_clock.now()});
  if (!erased && erased.error().code == ErrorCode::not_found)
    return problem_response(404, "there is no silence '" + id + "'");
  if (!erased) return problem_response(erased.error());
  return {204, "", ""};
}

}  // namespace

Routes silence_routes(const Context& context) {
  return {
      {.method = "GET",
       .path = "/api/v1/silences",
       .operation = "listSilences",
       .summary = "All silences, past ones too, by id.",
       .tag = "silences",
       .role = Role::viewer,
       .parameters = {limit_parameter(), cursor_parameter()},
       .answers = {{200, "A page of silences.", "SilencePage"}},
       .handle = [context](const Call& call) { return list(*context, call); }},
      {.method = "POST",
       .path = "/api/v1/silences",
       .operation = "createSilence",
       .summary = "Mutes deliveries for a time. `from` is now and `owner` the caller unless told.",
       .tag = "silences",
       .role = Role::editor,
       .body = RequestBody{{"application/json"}, "SilenceSpec"},
       .answers = {{201, "It is in force from the next interval on.", "Silence"}},
       .problems = {400},
       .handle = [context](const Call& call) { return create(*context, call); }},
      {.method = "DELETE",
       .path = "/api/v1/silences/{id}",
       .operation = "deleteSilence",
       .summary = "Lifts a silence.",
       .tag = "silences",
       .role = Role::editor,
       .answers = {{204, "It is gone."}},
       .problems = {404},
       .handle = [context](const Call& call) { return remove(*context, call); }},
  };
}

}  // namespace bellwether::api::native
