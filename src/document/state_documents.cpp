#include <cmath>

#include "bellwether/document/group_documents.hpp"

#include "reading.hpp"

namespace bellwether::document {
namespace {

/// Without a word of it, the scope is the series that is named, or else the group.
void read_scope(Section& section, Feedback& feedback) {
  std::string series_id;
  read_id(section, "series_id", series_id);
  if (!series_id.empty()) feedback.series_id = series_id;
  feedback.scope = feedback.series_id ? FeedbackScope::series : FeedbackScope::group;
  if (!section.choice("scope", feedback.scope, parse_feedback_scope,
                      "series, descendants or group"))
    return;
  if (feedback.scope == FeedbackScope::group && feedback.series_id)
    section.problem("scope", "'group' means all series; leave out series_id");
  if (feedback.scope != FeedbackScope::group && !feedback.series_id)
    section.problem("series_id", "is missing; scope '" + std::string(to_string(feedback.scope)) +
                                     "' begins with a series");
}

Feedback read_feedback_section(Section& section) {
  Feedback feedback;
  section.optional("id", feedback.id);
  section.optional("anomaly_id", feedback.anomaly_id);
  read_scope(section, feedback);
  section.required("is_anomaly", feedback.is_anomaly, "say true or false");
  section.optional("comment", feedback.comment);
  section.optional("author", feedback.author);
  section.optional("created_at", feedback.created_at);
  if (TimePoint time; section.optional("expires_at", time)) feedback.expires_at = time;
  if (TimePoint time; section.optional("undone_at", time)) feedback.undone_at = time;
  section.optional("undone_by", feedback.undone_by);
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
  node.set("id", feedback.id);
  node.set("anomaly_id", feedback.anomaly_id);
  if (feedback.series_id) node.set("series_id", *feedback.series_id);
  node.set("scope", to_string(feedback.scope));
  node.set("is_anomaly", feedback.is_anomaly);
  node.set("comment", feedback.comment);
  node.set("author", feedback.author);
  node.set("created_at", to_rfc3339(feedback.created_at));
  if (feedback.expires_at) node.set("expires_at", to_rfc3339(*feedback.expires_at));
  if (feedback.undone_at) node.set("undone_at", to_rfc3339(*feedback.undone_at));
  if (feedback.undone_at) node.set("undone_by", feedback.undone_by);
  return node;
}

Node write_feedback_effect(const Feedback& feedback, std::optional<TimePoint> newest) {
  const FeedbackEffect effect = feedback.effect.value_or(FeedbackEffect());
  const auto time = [](std::optional<TimePoint> at) { return at ? Node(to_rfc3339(*at)) : Node(); };
  // In double, 0.2F would be shown with all its digits.
  const double offset = std::round(evidence_offset(feedback.is_anomaly) * 100.0) / 100;
  return Node()
      .set("state", to_string(state_of(feedback, newest)))
      .set("from", time(effect.from))
      .set("to", time(effect.to))
      .set("series", effect.series)
      .set("evidence_offset", offset)
      .set("half_life_days", static_cast<std::uint64_t>(feedback_half_life.count()))
      .set("learning", feedback.is_anomaly ? "left_out" : "known_as_normal");
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
  node.set("late_merged", quality.late_merged);
  node.set("revision", quality.revision);
  node.set("late_rows", quality.late_rows);
  node.set("source", to_string(quality.source));
  if (!quality.import_failure.empty()) node.set("import_failure", quality.import_failure);
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
