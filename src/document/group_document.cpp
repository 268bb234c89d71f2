#include "group_document.hpp"

#include <array>

#include "bellwether/document/group_documents.hpp"

#include "reading.hpp"
#include "write_texts.hpp"

namespace bellwether::document {
namespace {

Node write_contributions(const std::vector<DimensionContribution>& contributions) {
  Node::List list;
  for (const auto& contribution : contributions) {
    Node::List values;
    for (const auto& one : contribution.values)
      values.push_back(Node()
                           .set("value", one.value)
                           .set("percent", one.percent)
                           .set("deviation", one.deviation));
    list.push_back(
        Node().set("dimension", contribution.dimension).set("values", std::move(values)));
  }
  return list;
}

Node write_measures(const std::vector<GroupMeasure>& measures, GroupDetail detail) {
  Node::List list;
  for (const auto& measure : measures) {
    Node node;
    node.set("measure", measure.measure);
    node.set("series_count", measure.series_count);
    node.set("severity", measure.severity);
    if (detail == GroupDetail::full)
      node.set("contributions", write_contributions(measure.contributions));
    list.push_back(std::move(node));
  }
  return list;
}

ValueContribution read_value_contribution(Section& section) {
  ValueContribution value;
  section.required("value", value.value);
  read_measurement(section, "percent", value.percent);
  read_measurement(section, "deviation", value.deviation);
  return value;
}

DimensionContribution read_contribution(Section& section) {
  DimensionContribution contribution;
  section.required("dimension", contribution.dimension);
  section.children("values", [&](Section& child) {
    contribution.values.push_back(read_value_contribution(child));
  });
  return contribution;
}

GroupMeasure read_measure(Section& section) {
  GroupMeasure measure;
  section.required("measure", measure.measure);
  section.required("series_count", measure.series_count);
  read_measurement(section, "severity", measure.severity);
  section.children("contributions", [&](Section& child) {
    measure.contributions.push_back(read_contribution(child));
  });
  return measure;
}

RootCause read_root_cause(Section& section) {
  RootCause cause;
  section.required("dimensions", cause.dimensions);
  section.required("measure", cause.measure);
  read_measurement(section, "explained_percent", cause.explained_percent);
  return cause;
}

RelatedMeasure read_related(Section& section) {
  RelatedMeasure related;
  section.required("measure", related.measure);
  read_id(section, "anomaly_id", related.anomaly_id);
  read_measurement(section, "contribution_percent", related.contribution_percent);
  return related;
}

std::optional<Reason> parse_reason(std::string_view text) {
  static constexpr std::array reasons{
      Reason::none,        Reason::unusual_value,     Reason::sustained_shift,
      Reason::drift,       Reason::unusual_spread,    Reason::frozen,
      Reason::unusual_day, Reason::stopped_reporting, Reason::unusual_pattern};
  for (const Reason reason : reasons)
    if (to_string(reason) == text) return reason;
  return std::nullopt;
}

GroupSeries read_series(Section& section) {
  GroupSeries series;
  section.required("measure", series.key.measure);
  section.required("dimensions", series.key.dimensions);
  section.required("first", series.first);
  section.required("last", series.last);
  section.required("peak", series.peak);
  read_measurement(section, "value", series.value);
  read_measurement(section, "expected", series.expected);
  read_measurement(section, "lower", series.lower);
  read_measurement(section, "upper", series.upper);
  read_measurement(section, "severity", series.severity);
  read_measurement(section, "deviation", series.deviation);
  section.choice("reason", series.reason, parse_reason, "a reason of this version");
  return series;
}

std::optional<GroupStatus> parse_status(std::string_view text) {
  const auto status = parse_group_status(text);
  return status ? std::optional(*status) : std::nullopt;
}

}  // namespace

Node write_root_causes(const std::vector<RootCause>& causes) {
  Node::List list;
  for (const auto& cause : causes)
    list.push_back(Node()
                       .set("dimensions", write_texts(cause.dimensions))
                       .set("measure", cause.measure)
                       .set("explained_percent", cause.explained_percent));
  return list;
}

Node write_related(const std::vector<RelatedMeasure>& related) {
  Node::List list;
  for (const auto& one : related)
    list.push_back(Node()
                       .set("measure", one.measure)
                       .set("anomaly_id", one.anomaly_id.empty() ? Node() : Node(one.anomaly_id))
                       .set("contribution_percent", one.contribution_percent));
  return list;
}

Node write_group_series(const GroupSeries& series, const std::string& detector) {
  Node node;
  node.set("series_id", series_id(detector, series.key));
  node.set("measure", series.key.measure);
  node.set("dimensions", write_texts(series.key.dimensions));
  node.set("value", series.value);
  node.set("expected", series.expected);
  node.set("lower", series.lower);
  node.set("upper", series.upper);
  node.set("severity", series.severity);
  node.set("deviation", series.deviation);
  node.set("reason", to_string(series.reason));
  node.set("first", to_rfc3339(series.first));
  node.set("last", to_rfc3339(series.last));
  node.set("peak", to_rfc3339(series.peak));
  return node;
}

Node write_group(const AnomalyGroup& group, GroupDetail detail) {
  Node node;
  node.set("id", group.id);
  node.set("detector", group.detector);
  node.set("start", to_rfc3339(group.start));
  node.set("end", to_rfc3339(group.end));
  node.set("status", to_string(group.status));
  node.set("severity", group.severity);
  node.set("primary_measure", group.primary_measure);
  node.set("measures", write_measures(group.measures, detail));
  node.set("root_causes", write_root_causes(group.root_causes));
  node.set("causes", write_related(group.causes));
  node.set("effects", write_related(group.effects));
  if (detail == GroupDetail::full) {
    Node::List series;
    for (const auto& one : group.series) series.push_back(write_group_series(one, group.detector));
    node.set("series", std::move(series));
  }
  node.set("series_total", group.series_total);
  return node;
}

AnomalyGroup read_group_section(Section& section) {
  AnomalyGroup group;
  section.required("id", group.id);
  section.required("detector", group.detector);
  section.required("start", group.start);
  section.required("end", group.end);
  section.choice("status", group.status, parse_status, "open or closed");
  read_measurement(section, "severity", group.severity);
  section.required("primary_measure", group.primary_measure);
  section.children("measures",
                   [&](Section& child) { group.measures.push_back(read_measure(child)); });
  section.children("root_causes",
                   [&](Section& child) { group.root_causes.push_back(read_root_cause(child)); });
  section.children("causes", [&](Section& child) { group.causes.push_back(read_related(child)); });
  section.children("effects",
                   [&](Section& child) { group.effects.push_back(read_related(child)); });
  section.children("series", [&](Section& child) { group.series.push_back(read_series(child)); });
  section.required("series_total", group.series_total);
  return group;
}

Result<AnomalyGroup> read_group(const Node& node) { return read_whole(node, read_group_section); }

}  // namespace bellwether::document
