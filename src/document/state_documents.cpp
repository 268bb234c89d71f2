#include "bellwether/document/group_documents.hpp"

#include "reading.hpp"

namespace bellwether::document {
namespace {

Feedback read_feedback_section(Section& section) {
  Feedback feedback;
  section.optional("anomaly_id", feedback.anomaly_id);
  std::string series_id;
  read_id(section, "series_id", series_id);
  if (!series_id.empty()) feedback.series_id = series_id;
  section.required("is_anomaly", feedback.is_anomaly, "say true or false");
  section.optional("comment", feedback.comment);
  section.optional("author", feedback.author);
  section.optional("created_at", feedback.created_at);
  section.refuse_unknown_keys();
  return feedback;
}

DetectorStatus read_status_section(Section& section) {
  DetectorStatus status;
  section.choice("state", status.state, parse_detector_state, "a state of this version");
  section.optional("failure", status.failure);
  if (TimePoint last; section.optional("last_interval", last)) status.last_interval = last;
  section.required("intervals", status.intervals);
  section.required("series", status.series);
  if (section.has("source"))
    section.choice("source", status.source, parse_source_health, "a state of this version");
  if (TimePoint since; section.optional("source_since", since)) status.source_since = since;
  section.required("changed_at", status.changed_at);
  return status;
}

Node write_rejected(const RejectedRows& rejected) {
  Node::Map reasons;
  for (std::size_t i = 0; i < row_fault_count; ++i)
    if (rejected.counts[i] > 0)
      reasons.emplace_back(to_string(static_cast<RowFault>(i)), rejected.counts[i]);
  Node::List samples;
  for (const auto& sample : rejected.samples)
    samples.push_back(Node()
                          .set("reason", to_string(sample.fault))
                          .set("row", sample.row)
                          .set("message", sample.message));
  return Node()
      .set("total", rejected.total())
      .set("reasons", std::move(reasons))
      .set("samples", std::move(samples));
}

}  // namespace

Node write_feedback(const Feedback& feedback) {
  Node node;
  node.set("anomaly_id", feedback.anomaly_id);
  if (feedback.series_id) node.set("series_id", *feedback.series_id);
  node.set("is_anomaly", feedback.is_anomaly);
  node.set("comment", feedback.comment);
  node.set("author", feedback.author);
  node.set("created_at", to_rfc3339(feedback.created_at));
  return node;
}

Result<Feedback> read_feedback(const Node& node) { return read_whole(node, read_feedback_section); }

Node write_quality(const IntervalQuality& quality) {
  Node node;
  node.set("start", to_rfc3339(quality.start));
  node.set("rows", quality.rows);
  node.set("filtered", quality.filtered);
  node.set("missing_values", quality.missing_values);
  node.set("series_present", quality.series_present);
  node.set("series_missing", quality.series_missing);
  node.set("series_new", quality.series_new);
  node.set("source", to_string(quality.source));
  node.set("rejected", write_rejected(quality.rejected));
  return node;
}

Node write_status(const DetectorStatus& status) {
  Node node;
  node.set("state", to_string(status.state));
  if (!status.failure.empty()) node.set("failure", status.failure);
  if (status.last_interval) node.set("last_interval", to_rfc3339(*status.last_interval));
  node.set("intervals", status.intervals);
  node.set("series", status.series);
  node.set("source", to_string(status.source));
  if (status.source_since) node.set("source_since", to_rfc3339(*status.source_since));
  node.set("changed_at", to_rfc3339(status.changed_at));
  return node;
}

Result<DetectorStatus> read_status(const Node& node) {
  return read_whole(node, read_status_section);
}

}  // namespace bellwether::document
