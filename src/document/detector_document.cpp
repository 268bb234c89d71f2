#include "bellwether/document/spec_documents.hpp"

#include "source_document.hpp"
#include "write_texts.hpp"

namespace bellwether::document {
namespace {

constexpr const char* rollup_choices =
    "must be all, leaf, or a list of dimension lists such as [[platform], [platform, country]]";

TimestampSpec read_timestamp(Section& section) {
  TimestampSpec timestamp;
  section.optional("column", timestamp.column);
  section.optional("format", timestamp.format);
  section.optional("timezone", timestamp.timezone);
  section.refuse_unknown_keys();
  return timestamp;
}

MeasureSpec read_measure(Section& section) {
  MeasureSpec measure;
  section.required("column", measure.column);
  section.choice("aggregate", measure.aggregate, parse_aggregate, "sum, avg, min, max or count");
  section.refuse_unknown_keys();
  return measure;
}

std::optional<bool> parse_switch(std::string_view word) {
  if (word == "on") return true;
  if (word == "off") return false;
  return std::nullopt;
}

WhereSpec read_where(Section& section) {
  WhereSpec where;
  section.required("dimension", where.dimension);
  section.required("in", where.in);
  section.refuse_unknown_keys();
  return where;
}

void read_rollups(Section& detector, RollupSpec& rollups) {
  const Node* node = detector.raw("rollups");
  if (node == nullptr) return;
  const auto* word = node->as<std::string>();
  if (word != nullptr && *word == "all") {
    rollups.kind = RollupKind::all;
    return;
  }
  if (word != nullptr && *word == "leaf") {
    rollups.kind = RollupKind::leaf;
    return;
  }
  const auto* lists = node->as<Node::List>();
  if (lists == nullptr) {
    detector.problem("rollups", rollup_choices);
    return;
  }
  rollups.kind = RollupKind::listed;
  for (std::size_t i = 0; i < lists->size(); ++i) {
    std::vector<std::string> dimensions;
    bool is_good = (*lists)[i].as<Node::List>() != nullptr;
    if (is_good) {
      for (const Node& entry : *(*lists)[i].as<Node::List>()) {
        const auto text = scalar_text(entry);
        is_good = is_good && text.has_value();
        if (text) dimensions.push_back(*text);
      }
    }
    if (!is_good)
      detector.problem("rollups[" + std::to_string(i) + "]",
                       "must be a list of dimensions, such as [platform]");
    rollups.dimension_lists.push_back(std::move(dimensions));
  }
}

Node write_rollups(const RollupSpec& rollups) {
  if (rollups.kind == RollupKind::all) return "all";
  if (rollups.kind == RollupKind::leaf) return "leaf";
  Node::List lists;
  for (const auto& dimensions : rollups.dimension_lists) lists.push_back(write_texts(dimensions));
  return lists;
}

void read_size(Section& section, std::string_view key, std::size_t& target) {
  std::uint64_t number = target;
  section.optional(key, number);
  target = number;
}

}  // namespace

DetectorSpec read_detector(Section& section) {
  DetectorSpec spec;
  section.required("name", spec.name);
  section.optional("description", spec.description);
  section.required("interval", spec.interval, "give the time step, such as 5m, 1h or 1d");
  section.optional("offset", spec.offset);
  section.child("timestamp", [&](Section& child) { spec.timestamp = read_timestamp(child); });
  if (!section.has("measures"))
    section.missing("measures", "list at least one, such as [{ column: revenue, aggregate: sum }]");
  section.children("measures",
                   [&](Section& child) { spec.measures.push_back(read_measure(child)); });
  section.optional("dimensions", spec.dimensions);
  section.children("where", [&](Section& child) { spec.where.push_back(read_where(child)); });
  read_rollups(section, spec.rollups);
  section.choice("on_missing", spec.on_missing, parse_on_missing, "auto, zero or skip");
  if (std::uint64_t learning = 0; section.optional("learning_intervals", learning))
    spec.learning_intervals = learning;
  if (Duration ttl{}; section.optional("series_ttl", ttl)) spec.series_ttl = ttl;
  read_size(section, "max_series", spec.max_series);
  read_size(section, "max_value_length", spec.max_value_length);
  section.optional("threshold", spec.threshold);
  section.choice("patterns", spec.patterns, parse_switch, "off or on");
  section.optional("late_window", spec.late_window);
  if (!section.has("source"))
    section.missing("source", "say where rows come from: file, http, postgres or s3");
  section.child("source", [&](Section& child) { spec.source = read_source(child); });
  section.optional("active", spec.active);
  section.refuse_unknown_keys();
  section.add(validate(spec));
  return spec;
}

Node write_detector(const DetectorSpec& spec) {
  Node node;
  node.set("name", spec.name);
  if (!spec.description.empty()) node.set("description", spec.description);
  node.set("interval", to_string(spec.interval));
  node.set("offset", to_string(spec.offset));
  node.set("timestamp", Node()
                            .set("column", spec.timestamp.column)
                            .set("format", spec.timestamp.format)
                            .set("timezone", spec.timestamp.timezone));
  Node::List measures;
  for (const auto& measure : spec.measures)
    measures.push_back(
        Node().set("column", measure.column).set("aggregate", to_string(measure.aggregate)));
  node.set("measures", std::move(measures));
  node.set("dimensions", write_texts(spec.dimensions));
  Node::List where;
  for (const auto& one : spec.where)
    where.push_back(Node().set("dimension", one.dimension).set("in", write_texts(one.in)));
  if (!where.empty()) node.set("where", std::move(where));
  node.set("rollups", write_rollups(spec.rollups));
  node.set("on_missing", to_string(spec.on_missing));
  if (spec.learning_intervals) node.set("learning_intervals", *spec.learning_intervals);
  if (spec.series_ttl) node.set("series_ttl", to_string(*spec.series_ttl));
  node.set("max_series", std::uint64_t{spec.max_series});
  node.set("max_value_length", std::uint64_t{spec.max_value_length});
  node.set("threshold", spec.threshold);
  node.set("patterns", spec.patterns ? "on" : "off");
  node.set("late_window", to_string(spec.late_window));
  node.set("source", write_source(spec.source));
  node.set("active", spec.active);
  return node;
}

}  // namespace bellwether::document
