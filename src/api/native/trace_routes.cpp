#include <cmath>
#include <utility>

#include "bellwether/document/group_documents.hpp"

#include "native/call_values.hpp"
#include "native/native_context.hpp"
#include "native/write_delivery_outline.hpp"
#include "operations/routing_trace.hpp"
#include "operations/series_trace.hpp"
#include "problem_response.hpp"

namespace bellwether::api::native {
namespace {

using document::Node;

Node write_held(const RoutingDecision& decision) {
  return Node()
      .set("time", to_rfc3339(decision.time))
      .set("gate", to_string(decision.refusal.gate))
      .set("reason", decision.refusal.reason);
}

/// Where the group stopped; none where it was told.
Node write_gate(const AlertTrace& trace) {
  if (trace.outcome == AlertTrace::Outcome::stopped) return to_string(trace.refusal->gate);
  if (trace.outcome == AlertTrace::Outcome::held_back)
    return to_string(trace.held_back.back().refusal.gate);
  return {};
}

Node write_alert_trace(const AlertTrace& trace, const AnomalyGroup& group) {
  Node::List held;
  for (const RoutingDecision& decision : trace.held_back) held.push_back(write_held(decision));
  Node::List deliveries;
  for (const Delivery& delivery : trace.deliveries)
    deliveries.push_back(write_delivery_outline(delivery));
  Node change;
  if (trace.last_change)
    change = Node()
                 .set("time", to_rfc3339(trace.last_change->time))
                 .set("author", trace.last_change->name);
  return Node()
      .set("alert", trace.alert)
      .set("outcome", to_string(trace.outcome))
      .set("gate", write_gate(trace))
      .set("words", in_words(trace, group))
      .set("held_back", std::move(held))
      .set("deliveries", std::move(deliveries))
      .set("last_change", std::move(change));
}

Node write_alert_traces(const std::vector<AlertTrace>& traces, const AnomalyGroup& group) {
  Node::List alerts;
  for (const AlertTrace& trace : traces) alerts.push_back(write_alert_trace(trace, group));
  return alerts;
}

Response trace_anomaly(NativeContext& context, const Call& call) {
  const std::string& id = call.path.at("id");
  const auto group = context.api.store.groups().get(id);
  if (!group && group.error().code == ErrorCode::not_found)
    return problem_response(404, "there is no anomaly '" + id + "'");
  if (!group) return problem_response(group.error());
  const auto detector = context.detectors.get(group->detector);
  if (!detector) return problem_response(detector.error());
  const auto traces = trace_group(context.api.store, *group, detector->spec.interval);
  if (!traces) return problem_response(traces.error());
  return json_response(
      200, Node()
               .set("anomaly", document::write_group(*group, document::GroupDetail::summary))
               .set("alerts", write_alert_traces(*traces, *group)));
}

Node write_number(double value) { return std::isnan(value) ? Node() : Node(value); }

Node write_score(const SeriesTrace::Score& score, double threshold) {
  return Node()
      .set("value", write_number(score.value))
      .set("expected", write_number(score.expected))
      .set("lower", write_number(score.lower))
      .set("upper", write_number(score.upper))
      .set("severity", write_number(score.severity))
      .set("threshold", threshold);
}

Node write_series_trace(const SeriesTrace& trace, const DetectorSpec& detector) {
  Node::Map dimensions;
  for (const auto& [name, value] : trace.series.dimensions) dimensions.emplace_back(name, value);
  Node::List words;
  for (std::string& sentence : in_words(trace, detector)) words.emplace_back(std::move(sentence));
  Node node;
  node.set("detector", detector.name);
  node.set("series", Node()
                         .set("series_id", series_id(detector.name, trace.series))
                         .set("measure", trace.series.measure)
                         .set("dimensions", std::move(dimensions)));
  node.set("interval",
           Node().set("start", to_rfc3339(trace.start)).set("end", to_rfc3339(trace.end)));
  node.set("rows", trace.quality ? document::write_quality(*trace.quality) : Node());
  node.set("score", trace.score ? write_score(*trace.score, detector.threshold) : Node());
  node.set("anomaly", trace.group ? Node(trace.group->id) : Node());
  node.set("alerts",
           trace.group ? write_alert_traces(trace.alerts, *trace.group) : Node(Node::List{}));
  node.set("words", std::move(words));
  return node;
}

Response trace_point(NativeContext& context, const Call& call) {
  const auto detector = context.detectors.get(call.path.at("name"));
  if (!detector) return problem_response(detector.error());
  const auto& measures = detector->spec.measures;
  auto measure = text_of(call, "measure");
  if (!measure && measures.size() == 1) measure = measures.front().column;
  const auto at = time_of(call, "at");
  Problems problems;
  if (!measure) problems.push_back({"measure", "is missing; say which of the detector's measures"});
  if (!at) problems.push_back({"at", "is missing; give a time within the interval"});
  if (!problems.empty()) return problem_response(400, "the query is not valid", problems);
  const auto trace = trace_series(context.api.store, context.series, *detector, *measure,
                                  dimensions_of(call), *at);
  if (!trace) return problem_response(trace.error());
  return json_response(200, write_series_trace(*trace, detector->spec));
}

}  // namespace

Routes trace_routes(const Context& context) {
  return {
      {.method = "GET",
       .path = "/api/v1/anomalies/{id}/trace",
       .operation = "traceAnomaly",
       .summary =
           "Why each alert of its detector told of the anomaly, or did not: the gate, filter "
           "or silence that stopped it, and every delivery with its attempts.",
       .tag = "anomalies",
       .role = Role::viewer,
       .answers = {{200, "The trace, by alert.", "AnomalyTrace"}},
       .problems = {404},
       .handle = [context](const Call& call) { return trace_anomaly(*context, call); }},
      {.method = "GET",
       .path = "/api/v1/detectors/{name}/trace",
       .operation = "traceSeries",
       .summary = "The way of one series in one interval: from its rows over score and anomaly to "
                  "alerts and deliveries. A dimension that is left out is rolled up.",
       .tag = "series",
       .role = Role::viewer,
       .parameters = {{"measure", Parameter::Type::text, "One of the detector's measures."},
                      {"at", Parameter::Type::time, "A time within the interval."}},
       .takes_dimensions = true,
       .answers = {{200, "The trace.", "SeriesTrace"}},
       .problems = {400, 404},
       .handle = [context](const Call& call) { return trace_point(*context, call); }},
  };
}

}  // namespace bellwether::api::native
