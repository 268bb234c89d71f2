#include "bellwether/document/spec_documents.hpp"

#include "reading.hpp"
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
  if (!filters.dimensions.empty()) node.set("dimensions", write_texts(filters.dimensions));
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
  optional_count(section, "min_duration", spec.min_duration);
  optional_count(section, "top_n", spec.top_n);
  section.optional("cooldown", spec.cooldown);
  section.optional("batch", spec.batch);
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
  node.set("min_duration", std::uint64_t{spec.min_duration});
  node.set("top_n", std::uint64_t{spec.top_n});
  node.set("cooldown", to_string(spec.cooldown));
  node.set("batch", spec.batch);
  node.set("sinks", write_texts(spec.sinks));
  node.set("enabled", spec.enabled);
  return node;
}

}  // namespace bellwether::document
