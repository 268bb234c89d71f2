#include "bellwether/document/spec_documents.hpp"

#include "write_texts.hpp"

namespace bellwether::document {
namespace {

MinChange read_min_change(Section& section) {
  MinChange change;
  section.optional("absolute", change.absolute);
  section.optional("percent", change.percent);
  section.refuse_unknown_keys();
  return change;
}

AlertFilter read_filters(Section& section) {
  AlertFilter filters;
  section.optional("measures", filters.measures);
  section.optional("dimensions", filters.dimensions);
  section.refuse_unknown_keys();
  return filters;
}

void read_notify_on(Section& alert, std::vector<GroupEvent>& events) {
  std::vector<std::string> words;
  if (!alert.optional("notify_on", words)) return;
  events.clear();
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (const auto event = parse_group_event(words[i])) {
      events.push_back(*event);
    } else {
      alert.problem(
          "notify_on[" + std::to_string(i) + "]",
          "'" + words[i] + "' is not known; use opened, escalated, closed, amended or withdrawn");
    }
  }
}

Node write_filters(const AlertFilter& filters) {
  Node node(Node::Map{});
  if (!filters.measures.empty()) node.set("measures", write_texts(filters.measures));
  if (filters.dimensions.empty()) return node;
  Node::Map dimensions;
  for (const auto& [dimension, values] : filters.dimensions)
    dimensions.emplace_back(dimension, write_texts(values));
  node.set("dimensions", std::move(dimensions));
  return node;
}

}  // namespace

AlertSpec read_alert(Section& section) {
  AlertSpec spec;
  section.required("name", spec.name);
  section.optional("description", spec.description);
  section.required("detector", spec.detector, "name the detector it listens to");
  if (double severity = 0; section.optional("severity", severity)) spec.severity = severity;
  section.choice("direction", spec.direction, parse_direction, "any, up or down");
  section.child("min_change", [&](Section& child) { spec.min_change = read_min_change(child); });
  read_notify_on(section, spec.notify_on);
  section.child("filters", [&](Section& child) { spec.filters = read_filters(child); });
  section.required("sinks", spec.sinks, "list the sinks it sends to, such as [ops]");
  section.optional("enabled", spec.enabled);
  section.refuse_unknown_keys();
  section.add(validate(spec));
  return spec;
}

Node write_alert(const AlertSpec& spec) {
  Node node;
  node.set("name", spec.name);
  if (!spec.description.empty()) node.set("description", spec.description);
  node.set("detector", spec.detector);
  if (spec.severity) node.set("severity", *spec.severity);
  node.set("direction", to_string(spec.direction));
  node.set(
      "min_change",
      Node().set("absolute", spec.min_change.absolute).set("percent", spec.min_change.percent));
  Node::List events;
  for (const GroupEvent event : spec.notify_on) events.emplace_back(to_string(event));
  node.set("notify_on", std::move(events));
  node.set("filters", write_filters(spec.filters));
  node.set("sinks", write_texts(spec.sinks));
  node.set("enabled", spec.enabled);
  return node;
}

Silence read_silence(Section& section) {
  Silence silence;
  section.optional("id", silence.id);
  section.optional("alert", silence.alert);
  section.optional("detector", silence.detector);
  section.optional("measure", silence.measure);
  section.optional("dimensions", silence.dimensions);
  section.required("from", silence.from, "give a time, such as 2026-03-20T08:00:00Z");
  section.required("until", silence.until, "give a time, such as 2026-03-20T08:00:00Z");
  section.required("owner", silence.owner, "say who asks for it");
  section.required("reason", silence.reason, "say why");
  section.optional("created_at", silence.created_at);
  section.refuse_unknown_keys();
  section.add(validate(silence));
  return silence;
}

Node write_silence(const Silence& silence) {
  Node node;
  node.set("id", silence.id);
  if (!silence.alert.empty()) node.set("alert", silence.alert);
  if (!silence.detector.empty()) node.set("detector", silence.detector);
  if (!silence.measure.empty()) node.set("measure", silence.measure);
  if (!silence.dimensions.empty()) node.set("dimensions", write_texts(silence.dimensions));
  node.set("from", to_rfc3339(silence.from));
  node.set("until", to_rfc3339(silence.until));
  node.set("owner", silence.owner);
  node.set("reason", silence.reason);
  node.set("created_at", to_rfc3339(silence.created_at));
  return node;
}

}  // namespace bellwether::document
