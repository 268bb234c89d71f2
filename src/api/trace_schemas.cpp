#include "trace_schemas.hpp"

namespace bellwether::api {

const char* const trace_schemas = R"json({
  "WeeklyWindow": {"type": "object", "properties": {
    "rule": {"type": "string", "description":
      "RFC 5545: FREQ=WEEKLY with INTERVAL, BYDAY, WKST, UNTIL (a date) or COUNT."},
    "weekdays": {"type": "array", "items": {"type": "string"}, "description":
      "In place of `rule`: monday or mon."},
    "from": {"type": "string", "description": "Time of day, 00:00 unless told."},
    "until": {"type": "string", "description":
      "Time of day, 24:00 unless told; not beyond `from`: on the next day."},
    "timezone": {"type": "string", "description": "IANA id, UTC unless told."}}},
  "AcknowledgementSpec": {"type": "object", "properties": {
    "owner": {"type": "string"}, "comment": {"type": "string"}}},
  "Acknowledgement": {"type": "object",
    "required": ["anomaly_id", "owner", "comment", "created_at"], "properties": {
      "anomaly_id": {"type": "string"}, "owner": {"type": "string"},
      "comment": {"type": "string"}, "created_at": {"type": "string", "format": "date-time"}}},
  "AuditEntry": {"type": "object",
    "required": ["time", "author", "kind", "name", "before", "after"], "properties": {
      "time": {"type": "string", "format": "date-time"},
      "author": {"type": "string"},
      "kind": {"enum": ["detector", "alert", "silence", "sink", "desired state",
        "acknowledgement"]},
      "name": {"type": "string"},
      "before": {"description": "The document as it was; null: it was made."},
      "after": {"description": "The document as it is since; null: it was deleted."}}},
  "HeldBack": {"type": "object", "required": ["time", "gate", "reason"], "properties": {
    "time": {"type": "string", "format": "date-time", "description":
      "End of the first interval in which this held it back, in the detector's time."},
    "gate": {"enum": ["top_n", "silence", "acknowledged", "notify_on", "cooldown"]},
    "reason": {"type": "string"}}},
  "AlertTrace": {"type": "object",
    "required": ["alert", "outcome", "gate", "words", "held_back", "deliveries", "last_change"],
    "properties": {
      "alert": {"type": "string"},
      "outcome": {"enum": ["sent", "pending", "failed", "held_back", "stopped", "not_told"]},
      "gate": {"type": ["string", "null"], "description": "Where it was stopped or held back."},
      "words": {"type": "string"},
      "held_back": {"type": "array", "items": {"$ref": "#/components/schemas/HeldBack"}},
      "deliveries": {"type": "array", "items": {"$ref": "#/components/schemas/DeliverySummary"}},
      "last_change": {"type": ["object", "null"], "required": ["time", "author"], "properties": {
        "time": {"type": "string", "format": "date-time"}, "author": {"type": "string"}}}}},
  "AnomalyTrace": {"type": "object", "required": ["anomaly", "alerts"], "properties": {
    "anomaly": {"$ref": "#/components/schemas/AnomalySummary"},
    "alerts": {"type": "array", "items": {"$ref": "#/components/schemas/AlertTrace"}}}},
  "SeriesTrace": {"type": "object",
    "required": ["detector", "series", "interval", "rows", "score", "anomaly", "alerts", "words"],
    "properties": {
      "detector": {"type": "string"},
      "series": {"$ref": "#/components/schemas/Series"},
      "interval": {"type": "object", "required": ["start", "end"], "properties": {
        "start": {"type": "string", "format": "date-time"},
        "end": {"type": "string", "format": "date-time"}}},
      "rows": {"description": "Data quality of the interval; null where it is not closed."},
      "score": {"type": ["object", "null"],
        "required": ["value", "expected", "lower", "upper", "severity", "threshold"]},
      "anomaly": {"type": ["string", "null"], "description":
        "The id of the anomaly that holds the series in this interval."},
      "alerts": {"type": "array", "items": {"$ref": "#/components/schemas/AlertTrace"}},
      "words": {"type": "array", "items": {"type": "string"}, "description":
        "The way of the value, step by step."}}}
})json";

}  // namespace bellwether::api
