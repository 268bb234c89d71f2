#include "alert_schemas.hpp"

namespace bellwether::api {

const char* const alert_schemas = R"json({
  "AlertSpec": {"type": "object", "required": ["name", "detector", "sinks"], "properties": {
    "name": {"$ref": "#/components/schemas/Name"},
    "description": {"type": "string", "maxLength": 4096},
    "detector": {"type": "string"},
    "severity": {"type": "number", "minimum": 0, "maximum": 100},
    "direction": {"enum": ["any", "up", "down"]},
    "min_change": {"type": "object", "properties": {
      "absolute": {"type": "number", "minimum": 0}, "percent": {"type": "number", "minimum": 0}}},
    "notify_on": {"type": "array", "minItems": 1, "items": {
      "enum": ["opened", "escalated", "closed", "amended", "withdrawn"]}},
    "filters": {"type": "object", "properties": {
      "measures": {"type": "array", "items": {"type": "string"}},
      "dimensions": {"type": "object", "additionalProperties": {
        "type": "array", "items": {"type": "string"}}}}},
    "min_duration": {"type": "integer", "minimum": 1, "description":
      "Intervals that an anomaly must have lasted."},
    "top_n": {"type": "integer", "minimum": 0, "description":
      "Of an interval's anomalies that pass, so many of the most severe; 0: all."},
    "cooldown": {"$ref": "#/components/schemas/Duration"},
    "batch": {"type": "boolean", "description":
      "All anomalies of an interval in one notification per sink."},
    "sinks": {"type": "array", "minItems": 1, "items": {"type": "string"}},
    "enabled": {"type": "boolean"}}},
  "TestDeliveries": {"type": "object", "required": ["deliveries"], "properties": {
    "deliveries": {"type": "array", "items": {"type": "object", "required": ["id", "sink"],
      "properties": {"id": {"type": "string", "format": "uuid"}, "sink": {"type": "string"}}}}}},
  "SilenceSpec": {"type": "object", "required": ["reason"], "properties": {
    "alert": {"type": "string"}, "detector": {"type": "string"}, "measure": {"type": "string"},
    "anomaly": {"type": "string", "description":
      "The id of one anomaly; without `until` it is muted until it closes."},
    "dimensions": {"type": "object", "additionalProperties": {
      "type": ["string", "array"], "items": {"type": "string"}}},
    "recurring": {"$ref": "#/components/schemas/WeeklyWindow"},
    "until_closed": {"type": "boolean", "description":
      "Anomalies that began while it mutes stay muted until they close."},
    "from": {"type": "string", "format": "date-time"},
    "until": {"type": "string", "format": "date-time"},
    "owner": {"type": "string", "maxLength": 256},
    "reason": {"type": "string", "maxLength": 4096}}},
  "DeliverySummary": {"type": "object",
    "required": ["id", "alert", "sink", "detector", "interval", "event", "caused_at", "state",
      "attempts", "created_at", "next_attempt_at", "anomaly"],
    "properties": {
      "id": {"type": "string"}, "alert": {"type": "string"}, "sink": {"type": "string"},
      "detector": {"type": "string"}, "interval": {"$ref": "#/components/schemas/Duration"},
      "event": {"enum": ["opened", "escalated", "closed", "amended", "withdrawn"]},
      "caused_at": {"type": "string", "format": "date-time"},
      "test": {"type": "boolean"},
      "alert_description": {"type": "string"},
      "timezone": {"type": "string", "description": "Of the detector's data."},
      "measure": {"type": "string", "description": "The one the anomaly passed the alert with."},
      "sequence": {"type": "integer", "minimum": 0, "description":
        "Its place in the ledger; deliveries of one anomaly to one sink go out in this order."},
      "attempt_log": {"type": "array", "description": "The newest 20, oldest first.", "items": {
        "type": "object", "required": ["at", "took"], "properties": {
          "at": {"type": "string", "format": "date-time"},
          "took": {"$ref": "#/components/schemas/Duration"},
          "error": {"type": "string"}}}},
      "others": {"type": "array", "description": "The rest of a batch.", "items": {
        "type": "object", "required": ["event", "measure", "anomaly"], "properties": {
          "event": {"enum": ["opened", "escalated", "closed", "amended", "withdrawn"]},
          "measure": {"type": "string"},
          "anomaly": {"type": "object", "required": ["id", "severity", "status"],
            "additionalProperties": true}}}},
      "state": {"enum": ["pending", "delivered", "dead"]},
      "attempts": {"type": "integer", "minimum": 0},
      "created_at": {"type": "string", "format": "date-time"},
      "next_attempt_at": {"type": "string", "format": "date-time"},
      "finished_at": {"type": "string", "format": "date-time"},
      "last_error": {"type": "string"},
      "anomaly": {"$ref": "#/components/schemas/AnomalySummary"}}},
  "RedriveOrder": {"type": "object", "properties": {
    "sink": {"type": "string"}, "alert": {"type": "string"},
    "all": {"type": "boolean", "description": "In place of the other two."}}},
  "Redriven": {"type": "object", "required": ["redriven"], "properties": {
    "redriven": {"type": "integer", "minimum": 0}}}
})json";

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
    "owner": {"type": "string", "maxLength": 256},
    "comment": {"type": "string", "maxLength": 4096}}},
  "Acknowledgement": {"type": "object",
    "required": ["anomaly_id", "owner", "comment", "created_at"], "properties": {
      "anomaly_id": {"type": "string"}, "owner": {"type": "string"},
      "comment": {"type": "string"}, "created_at": {"type": "string", "format": "date-time"}}},
  "AuditEntry": {"type": "object",
    "required": ["time", "author", "kind", "name", "before", "after"], "properties": {
      "time": {"type": "string", "format": "date-time"},
      "author": {"type": "string"},
      "kind": {"enum": ["detector", "alert", "silence", "sink", "desired state",
        "acknowledgement", "connection"]},
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
