#include <algorithm>
#include <utility>

#include "bellwether/document/group_documents.hpp"
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

Result<AnomalyGroup> find_group(NativeContext& context, const Call& call) {
  auto group = context.api.store.groups().get(call.path.at("id"));
  if (!group && group.error().code == ErrorCode::not_found)
    return not_found("there is no anomaly '" + call.path.at("id") + "'");
  return group;
}

store::GroupQuery query_of(const Call& call) {
  store::GroupQuery query;
  query.detector = text_of(call, "detector");
  query.from = time_of(call, "from");
  query.to = time_of(call, "to");
  query.min_severity = number_of(call, "min_severity").value_or(0);
  query.measure = text_of(call, "measure");
  query.dimensions = dimensions_of(call);
  if (const auto word = text_of(call, "status"))
    if (const auto status = parse_group_status(*word)) query.status = *status;
  query.limit = limit_of(call);
  query.cursor = text_of(call, "cursor").value_or("");
  return query;
}

Response list(NativeContext& context, const Call& call) {
  const auto page = context.api.store.groups().find(query_of(call));
  if (!page) return problem_response(page.error());
  Node::List groups;
  for (const AnomalyGroup& group : page->groups)
    groups.push_back(document::write_group(group, document::GroupDetail::summary));
  return json_response(
      200, Node()
               .set("anomalies", std::move(groups))
               .set("next_cursor", page->next_cursor.empty() ? Node() : Node(page->next_cursor)));
}

Response get(NativeContext& context, const Call& call) {
  const auto group = find_group(context, call);
  if (!group) return problem_response(group.error());
  Node node = document::write_group(*group, document::GroupDetail::full);
  const auto entry =
      context.api.store.catalog().get(store::CatalogKind::acknowledgement, group->id);
  if (entry)
    if (const auto read = read_entry(*entry, document::read_acknowledgement))
      node.set("acknowledgement", document::write_acknowledgement(read->spec));
  return json_response(200, node);
}

Response list_series(NativeContext& context, const Call& call) {
  const auto group = find_group(context, call);
  if (!group) return problem_response(group.error());
  Node::List series;
  for (const GroupSeries& one : group->series)
    series.push_back(document::write_group_series(one, group->detector));
  return json_response(
      200, Node().set("series", std::move(series)).set("series_total", group->series_total));
}

/// Where the detector's time stands: feedback expires by it.
std::optional<TimePoint> newest_interval(NativeContext& context, const std::string& detector) {
  const auto entry = context.api.store.catalog().get(store::CatalogKind::status, detector);
  if (!entry) return std::nullopt;
  const auto node = document::parse_json(entry->document);
  if (!node) return std::nullopt;
  const auto status = document::read_status(*node);
  return status ? status->last_interval : std::nullopt;
}

Node write_with_effect(const Feedback& feedback, std::optional<TimePoint> newest) {
  return document::write_feedback(feedback).set("effect",
                                                document::write_feedback_effect(feedback, newest));
}

Response list_feedback(NativeContext& context, const Call& call) {
  const auto group = find_group(context, call);
  if (!group) return problem_response(group.error());
  const auto said = context.api.store.groups().feedback(group->id);
  if (!said) return problem_response(said.error());
  Node::List feedback;
  const auto newest = newest_interval(context, group->detector);
  for (const Feedback& one : *said) feedback.push_back(write_with_effect(one, newest));
  return json_response(200, Node().set("feedback", std::move(feedback)));
}

/// Whether the group may hold the series: of a very large one not all are kept.
bool may_hold(const AnomalyGroup& group, const std::string& id) {
  if (group.series_total > group.series.size()) return true;
  return std::ranges::any_of(group.series, [&](const GroupSeries& series) {
    return series_id(group.detector, series.key) == id;
  });
}

Response give_feedback(NativeContext& context, const Call& call) {
  const auto group = find_group(context, call);
  if (!group) return problem_response(group.error());
  const auto node = document_of(call);
  if (!node) return problem_response(node.error());
  Problems problems;
  for (const char* ours :
       {"id", "anomaly_id", "author", "created_at", "undone_at", "undone_by", "effect"})
    if (node->find(ours) != nullptr) problems.push_back({ours, "is set by the server"});
  auto feedback = document::read_feedback(*node);
  if (!feedback && problems.empty()) return problem_response(feedback.error());
  if (problems.empty()) problems = validate_texts(*feedback);
  if (problems.empty() && feedback->series_id && !may_hold(*group, *feedback->series_id))
    problems.push_back({"series_id", "is none of this anomaly's series"});
  if (problems.empty() && feedback->expires_at && *feedback->expires_at <= group->end)
    problems.push_back({"expires_at", "must be later than the anomaly's end, " +
                                          to_rfc3339(group->end) + ", or it would never count"});
  if (!problems.empty()) return problem_response(400, "the feedback is not valid", problems);
  feedback->anomaly_id = group->id;
  feedback->author = call.caller.name;
  feedback->created_at = context.api.wall_clock.now();
  const auto kept = context.api.store.groups().add_feedback(*feedback);
  if (!kept) return problem_response(kept.error());
  return json_response(201, write_with_effect(*kept, newest_interval(context, group->detector)));
}

Response undo_feedback(NativeContext& context, const Call& call) {
  const auto group = find_group(context, call);
  if (!group) return problem_response(group.error());
  const auto undone = context.api.store.groups().undo_feedback(
      group->id, call.path.at("feedback_id"), call.caller.name, context.api.wall_clock.now());
  if (!undone) return problem_response(undone.error());
  return json_response(200, write_with_effect(*undone, newest_interval(context, group->detector)));
}

std::vector<Parameter> list_parameters() {
  return {{"detector", Parameter::Type::text, "Of this detector."},
          {"from", Parameter::Type::time, "That end at or after it."},
          {"to", Parameter::Type::time, "That start before it."},
          {"min_severity", Parameter::Type::number, "At least so severe."},
          {"measure", Parameter::Type::text, "That affect this measure."},
          {"status", Parameter::Type::choice, "In this state.", {"open", "closed"}},
          limit_parameter(),
          cursor_parameter()};
}

}  // namespace

Routes anomaly_routes(const Context& context) {
  return {
      {.method = "GET",
       .path = "/api/v1/anomalies",
       .operation = "listAnomalies",
       .summary = "Anomaly groups, newest first. With `dimension.NAME=VALUE` those of which one "
                  "series has all the values.",
       .tag = "anomalies",
       .role = Role::viewer,
       .parameters = list_parameters(),
       .takes_dimensions = true,
       .answers = {{200, "A page of groups.", "AnomalyPage"}},
       .problems = {400},
       .handle = [context](const Call& call) { return list(*context, call); }},
      {.method = "GET",
       .path = "/api/v1/anomalies/{id}",
       .operation = "getAnomaly",
       .summary = "One group, explained.",
       .tag = "anomalies",
       .role = Role::viewer,
       .answers = {{200, "The group.", "Anomaly"}},
       .problems = {404},
       .handle = [context](const Call& call) { return get(*context, call); }},
      {.method = "GET",
       .path = "/api/v1/anomalies/{id}/series",
       .operation = "listAnomalySeries",
       .summary = "Its anomalous series as they were at their peak, most severe first; at most "
                  "1000 are kept.",
       .tag = "anomalies",
       .role = Role::viewer,
       .answers = {{200, "The series.", "AnomalySeriesList"}},
       .problems = {404},
       .handle = [context](const Call& call) { return list_series(*context, call); }},
      {.method = "GET",
       .path = "/api/v1/anomalies/{id}/feedback",
       .operation = "listFeedback",
       .summary = "What people said of it, oldest first.",
       .tag = "anomalies",
       .role = Role::viewer,
       .answers = {{200, "The feedback.", "FeedbackList"}},
       .problems = {404},
       .handle = [context](const Call& call) { return list_feedback(*context, call); }},
      {.method = "POST",
       .path = "/api/v1/anomalies/{id}/feedback",
       .operation = "giveFeedback",
       .summary = "Says whether a series, or all of them, is an anomaly. It counts from the "
                  "detector's next closed interval on. The author is the caller.",
       .tag = "anomalies",
       .role = Role::editor,
       .body = RequestBody{{"application/json"}, "FeedbackSpec"},
       .answers = {{201, "It is kept.", "Feedback"}},
       .problems = {400, 404},
       .handle = [context](const Call& call) { return give_feedback(*context, call); }},
      {.method = "DELETE",
       .path = "/api/v1/anomalies/{id}/feedback/{feedback_id}",
       .operation = "undoFeedback",
       .summary = "Takes feedback back from the detector's next closed interval on. It stays "
                  "visible, with who took it back and when.",
       .tag = "anomalies",
       .role = Role::editor,
       .answers = {{200, "It is undone.", "Feedback"}},
       .problems = {404},
       .handle = [context](const Call& call) { return undo_feedback(*context, call); }},
  };
}

}  // namespace bellwether::api::native
