#include <utility>

#include "bellwether/document/json.hpp"

#include "alert_schemas.hpp"
#include "open_api.hpp"

namespace bellwether::api {
namespace {

using document::Node;

/// What users write of detectors. The documents of configuration and API are the same.
constexpr const char* detector_schemas = R"json({
  "Duration": {"type": "string", "examples": ["5m", "1h", "1h30m"],
    "description": "A sum of whole units, largest first: d, h, m, s, ms."},
  "Name": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$"},
  "DetectorSpec": {"type": "object", "required": ["name", "interval", "measures", "source"],
    "properties": {
      "name": {"$ref": "#/components/schemas/Name"},
      "description": {"type": "string", "maxLength": 4096},
      "interval": {"$ref": "#/components/schemas/Duration"},
      "offset": {"$ref": "#/components/schemas/Duration"},
      "timestamp": {"type": "object", "properties": {
        "column": {"type": "string", "maxLength": 256}, "format": {"type": "string"},
        "timezone": {"type": "string"}}},
      "measures": {"type": "array", "minItems": 1, "items": {"type": "object",
        "required": ["column"], "properties": {
          "column": {"type": "string", "maxLength": 256},
          "aggregate": {"enum": ["sum", "avg", "min", "max", "count"]}}}},
      "dimensions": {"type": "array", "items": {"type": "string", "maxLength": 256}},
      "where": {"type": "array", "items": {"type": "object", "required": ["dimension", "in"],
        "properties": {"dimension": {"type": "string"},
          "in": {"type": "array", "items": {"type": "string"}}}}},
      "rollups": {"oneOf": [{"enum": ["all", "leaf"]},
        {"type": "array", "items": {"type": "array", "items": {"type": "string"}}}]},
      "on_missing": {"enum": ["auto", "zero", "skip"]},
      "learning_intervals": {"type": "integer", "minimum": 0, "maximum": 100000},
      "series_ttl": {"$ref": "#/components/schemas/Duration"},
      "max_series": {"type": "integer", "minimum": 1},
      "max_value_length": {"type": "integer", "minimum": 1},
      "threshold": {"type": "number", "minimum": 0, "maximum": 100},
      "patterns": {"enum": ["off", "on"]},
      "late_window": {"$ref": "#/components/schemas/Duration"},
      "source": {"$ref": "#/components/schemas/Source"},
      "active": {"type": "boolean"}}},
  "Source": {"type": "object", "description":
      "Exactly one of its members. Made over the API, kafka, s3 and postgres name a `connection` of the configuration file in place of addresses and secrets, and file reads below `server.allow_paths` alone.",
    "properties": {
      "http": {"type": "object", "properties": {}},
      "file": {"type": "object", "properties": {
        "path": {"type": "string"}, "follow": {"type": "boolean"},
        "historical": {"type": "array", "items": {"type": "string"}},
        "follow_links": {"type": "boolean"},
        "format": {"$ref": "#/components/schemas/RowFormat"}}},
      "s3": {"type": "object", "properties": {
        "connection": {"type": "string"},
        "path": {"type": "string"},
        "historical": {"type": "array", "items": {"type": "string"}},
        "format": {"$ref": "#/components/schemas/RowFormat"},
        "endpoint": {"type": "string"}, "region": {"type": "string"},
        "addressing": {"enum": ["auto", "path", "virtual_host"]},
        "credentials": {"type": "object", "required": ["access_key_id"], "properties": {
          "access_key_id": {"type": "string"},
          "secret_file": {"type": "string"}, "secret_env": {"type": "string"},
          "session_token_file": {"type": "string"}, "session_token_env": {"type": "string"}}},
        "anonymous": {"type": "boolean"}, "ca_file": {"type": "string"},
        "lookback": {"type": ["string", "integer"]},
        "historical_intervals": {"type": "integer"},
        "give_up_after": {"type": "string"},
        "part_bytes": {"type": "integer"}, "parallel_requests": {"type": "integer"}}},
      "kafka": {"type": "object", "required": ["topic"], "properties": {
        "connection": {"type": "string"},
        "brokers": {"type": "string"}, "topic": {"type": "string"}, "group": {"type": "string"},
        "format": {"$ref": "#/components/schemas/RowFormat"},
        "timestamp": {"enum": ["column", "message"]}, "start": {"enum": ["earliest", "latest"]},
        "idle_timeout": {"type": "string"}, "dead_letter_topic": {"type": "string"},
        "properties": {"type": "object", "additionalProperties": {"type": "string"}},
        "secret_properties": {"type": "object", "additionalProperties": {"type": "object"}}}},
      "postgres": {"type": "object", "properties": {
        "connection": {"type": "string"},
        "url_file": {"type": "string"}, "url_env": {"type": "string"},
        "table": {"type": "string"}, "query": {"type": "string"},
        "historical": {"type": ["string", "integer"]},
        "statement_timeout": {"type": "string"}, "give_up_after": {"type": "string"}}}}},
  "RowFormat": {"type": "object", "properties": {
    "csv": {"type": "object", "properties": {
      "header": {"type": "boolean"}, "delimiter": {"type": "string"},
      "quote": {"type": "string"}, "compression": {"enum": ["none", "gzip"]},
      "columns": {"type": "array", "items": {"type": "string"}}}},
    "json": {"type": "object", "properties": {
      "compression": {"enum": ["none", "gzip"]}}}}},
  "DetectorStatus": {"type": "object", "required": ["state", "intervals", "series"],
    "properties": {
      "state": {"enum": ["inactive", "activating", "learning", "active", "deactivating",
        "deactivated", "backtest_activating", "backtest_active", "backtest_complete", "failed",
        "deleting"]},
      "failure": {"type": "string"},
      "last_interval": {"type": "string", "format": "date-time"},
      "intervals": {"type": "integer", "minimum": 0},
      "series": {"type": "integer", "minimum": 0},
      "source": {"enum": ["healthy", "partial", "silent"]},
      "source_since": {"type": "string", "format": "date-time"},
      "changed_at": {"type": "string", "format": "date-time"}}},
  "Rows": {"type": "array", "items": {"type": "object", "additionalProperties": true}},
  "RowsAnswer": {"type": "object", "required": ["accepted", "rejected", "errors"], "properties": {
    "accepted": {"type": "integer", "minimum": 0},
    "rejected": {"type": "integer", "minimum": 0},
    "errors": {"type": "array", "description": "The first of the rejected rows.",
      "items": {"type": "object", "required": ["row", "message"], "properties": {
        "row": {"type": "integer", "minimum": 0}, "message": {"type": "string"}}}}}},
  "FirehoseRequest": {"type": "object", "required": ["records"], "properties": {
    "requestId": {"type": "string"},
    "timestamp": {"type": "integer", "description": "Milliseconds since 1970."},
    "records": {"type": "array", "items": {"type": "object", "required": ["data"], "properties": {
      "data": {"type": "string", "contentEncoding": "base64", "description":
        "JSON objects, each on a line of its own or one right after the other; may be gzip."}}}}}},
  "FirehoseAnswer": {"type": "object", "required": ["requestId", "timestamp"], "properties": {
    "requestId": {"type": "string", "description": "That of the request's header."},
    "timestamp": {"type": "integer", "description": "Milliseconds since 1970."}}},
  "FirehoseRefusal": {"type": "object", "required": ["requestId", "timestamp", "errorMessage"],
    "properties": {
      "requestId": {"type": "string"},
      "timestamp": {"type": "integer", "description": "Milliseconds since 1970."},
      "errorMessage": {"type": "string"}}}
})json";

constexpr const char* series_schemas = R"json({
  "Dimensions": {"type": "object", "additionalProperties": {"type": "string"}},
  "Series": {"type": "object", "required": ["series_id", "measure", "dimensions"], "properties": {
    "series_id": {"type": "string", "format": "uuid"},
    "measure": {"type": "string"},
    "dimensions": {"$ref": "#/components/schemas/Dimensions"}}},
  "Column": {"type": "array", "items": {"type": ["number", "null"]}},
  "Points": {"type": "object",
    "required": ["series_id", "measure", "dimensions", "from", "to", "timestamps", "values",
      "expected", "lower", "upper", "severity", "revisions"],
    "properties": {
      "series_id": {"type": "string", "format": "uuid"},
      "measure": {"type": "string"},
      "dimensions": {"$ref": "#/components/schemas/Dimensions"},
      "from": {"type": "string", "format": "date-time"},
      "to": {"type": "string", "format": "date-time"},
      "timestamps": {"type": "array", "items": {"type": "string", "format": "date-time"}},
      "values": {"$ref": "#/components/schemas/Column"},
      "expected": {"$ref": "#/components/schemas/Column"},
      "lower": {"$ref": "#/components/schemas/Column"},
      "upper": {"$ref": "#/components/schemas/Column"},
      "severity": {"$ref": "#/components/schemas/Column"},
      "revisions": {"type": "array", "items": {"type": "integer", "minimum": 0},
        "description": "0: the value is what was scored. Else the revision of its interval with which late rows last changed it."}}},
  "Quality": {"type": "object",
    "required": ["start", "rows", "filtered", "missing_values", "series_present",
      "series_missing", "series_new", "late_merged", "revision", "late_rows", "source",
      "rejected"],
    "properties": {
      "start": {"type": "string", "format": "date-time"},
      "rows": {"type": "integer"}, "filtered": {"type": "integer"},
      "missing_values": {"type": "integer"}, "series_present": {"type": "integer"},
      "series_missing": {"type": "integer"}, "series_new": {"type": "integer"},
      "late_merged": {"type": "integer", "minimum": 0,
        "description": "Rows of earlier intervals that came with it and were merged there."},
      "revision": {"type": "integer", "minimum": 0,
        "description": "How often late rows were merged into this interval."},
      "late_rows": {"type": "integer", "minimum": 0, "description": "How many they were."},
      "source": {"enum": ["healthy", "partial", "silent"]},
      "import_failure": {"type": "string"},
      "rejected": {"type": "object", "required": ["total", "reasons", "samples"], "properties": {
        "total": {"type": "integer"},
        "reasons": {"type": "object", "additionalProperties": {"type": "integer"}},
        "samples": {"type": "array", "items": {"type": "object",
          "required": ["reason", "row", "message"], "properties": {
            "reason": {"type": "string"}, "row": {"type": "integer"},
            "message": {"type": "string"}}}}}}}}
})json";

constexpr const char* anomaly_schemas = R"json({
  "RelatedMeasure": {"type": "object",
    "required": ["measure", "anomaly_id", "contribution_percent"], "properties": {
      "measure": {"type": "string"}, "anomaly_id": {"type": ["string", "null"]},
      "contribution_percent": {"type": ["number", "null"]}}},
  "AnomalySummary": {"type": "object",
    "required": ["id", "detector", "start", "end", "status", "severity", "primary_measure",
      "measures", "root_causes", "causes", "effects", "series_total"],
    "properties": {
      "id": {"type": "string", "format": "uuid"},
      "detector": {"type": "string"},
      "start": {"type": "string", "format": "date-time"},
      "end": {"type": "string", "format": "date-time"},
      "status": {"enum": ["open", "closed"]},
      "severity": {"type": "number", "minimum": 0, "maximum": 100},
      "primary_measure": {"type": "string"},
      "measures": {"type": "array", "items": {"type": "object",
        "required": ["measure", "series_count", "severity"], "properties": {
          "measure": {"type": "string"}, "series_count": {"type": "integer"},
          "severity": {"type": ["number", "null"]},
          "contributions": {"type": "array", "items": {"type": "object",
            "required": ["dimension", "values"], "properties": {
              "dimension": {"type": "string"},
              "values": {"type": "array", "items": {"type": "object",
                "required": ["value", "percent", "deviation"], "properties": {
                  "value": {"type": "string"}, "percent": {"type": ["number", "null"]},
                  "deviation": {"type": ["number", "null"]}}}}}}}}}},
      "root_causes": {"type": "array", "items": {"type": "object",
        "required": ["dimensions", "measure", "explained_percent"], "properties": {
          "dimensions": {"$ref": "#/components/schemas/Dimensions"},
          "measure": {"type": "string"}, "explained_percent": {"type": ["number", "null"]}}}},
      "causes": {"type": "array", "items": {"$ref": "#/components/schemas/RelatedMeasure"}},
      "effects": {"type": "array", "items": {"$ref": "#/components/schemas/RelatedMeasure"}},
      "series_total": {"type": "integer", "minimum": 0}}},
  "AnomalySeries": {"type": "object",
    "required": ["series_id", "measure", "dimensions", "value", "expected", "lower", "upper",
      "severity", "deviation", "reason", "first", "last", "peak"],
    "properties": {
      "series_id": {"type": "string", "format": "uuid"},
      "measure": {"type": "string"},
      "dimensions": {"$ref": "#/components/schemas/Dimensions"},
      "value": {"type": ["number", "null"]}, "expected": {"type": ["number", "null"]},
      "lower": {"type": ["number", "null"]}, "upper": {"type": ["number", "null"]},
      "severity": {"type": ["number", "null"]}, "deviation": {"type": ["number", "null"]},
      "reason": {"enum": ["none", "unusual_value", "sustained_shift", "drift", "unusual_spread",
        "frozen", "unusual_day", "stopped_reporting", "unusual_pattern"]},
      "first": {"type": "string", "format": "date-time"},
      "last": {"type": "string", "format": "date-time"},
      "peak": {"type": "string", "format": "date-time"}}},
  "AnomalySeriesList": {"type": "object", "required": ["series", "series_total"], "properties": {
    "series": {"type": "array", "items": {"$ref": "#/components/schemas/AnomalySeries"}},
    "series_total": {"type": "integer", "minimum": 0}}},
  "FeedbackSpec": {"type": "object", "required": ["is_anomaly"], "properties": {
    "series_id": {"type": ["string", "null"],
      "description": "One of the anomaly's series; absent: all of them."},
    "scope": {"enum": ["series", "descendants", "group"], "description":
      "`series`: the one named, the default with `series_id`. `descendants`: that series and all of its measure that fix its dimension values and more. `group`: all of the anomaly's series, the default without."},
    "is_anomaly": {"type": "boolean"},
    "comment": {"type": "string", "maxLength": 4096},
    "expires_at": {"type": "string", "format": "date-time", "description":
      "It no longer counts in intervals that start at or after this time."}}},
  "FeedbackEffect": {"type": "object",
    "required": ["state", "from", "to", "series", "evidence_offset", "half_life_days", "learning"],
    "properties": {
      "state": {"enum": ["pending", "active", "expired", "undone", "none"], "description":
        "`pending`: it counts from the detector's next closed interval on. `none`: it was given to a release that only kept it."},
      "from": {"type": ["string", "null"], "format": "date-time",
        "description": "Start of the first interval it counts in."},
      "to": {"type": ["string", "null"], "format": "date-time",
        "description": "Start of the first interval it no longer counts in."},
      "series": {"type": "integer", "minimum": 0, "description": "Series whose models were told."},
      "evidence_offset": {"type": "number", "description":
        "Added to the evidence (-log10 of a probability) of their values."},
      "half_life_days": {"type": "integer", "description": "After this time the offset has halved."},
      "learning": {"enum": ["known_as_normal", "left_out"], "description":
        "What refits do with the values that were spoken of."}}},
  "FeedbackList": {"type": "object", "required": ["feedback"], "properties": {
    "feedback": {"type": "array", "items": {"$ref": "#/components/schemas/Feedback"}}}}
})json";

constexpr const char* server_schemas = R"json({
  "Problem": {"type": "object", "required": ["type", "title", "status", "detail"], "properties": {
    "type": {"type": "string", "format": "uri"}, "title": {"type": "string"},
    "status": {"type": "integer"}, "detail": {"type": "string"},
    "errors": {"type": "array", "items": {"type": "object", "required": ["field", "message"],
      "properties": {"field": {"type": "string"}, "message": {"type": "string"}}}}}},
  "Health": {"type": "object", "required": ["status"], "properties": {
    "status": {"const": "alive"}}},
  "Readiness": {"type": "object", "required": ["ready"], "properties": {
    "ready": {"type": "boolean", "description": "Of the store, the catalog and the API."},
    "parts": {"type": "object", "description": "Only for known callers. Detectors and sinks are among them; the server is ready without them.",
      "additionalProperties": {"type": "object", "required": ["ready"],
      "properties": {"ready": {"type": "boolean"}, "detail": {"type": "string"}}}}}},
  "OpenApi": {"type": "object", "required": ["openapi", "info", "paths", "components"],
    "additionalProperties": true}
})json";

Node parsed(const char* text) { return *document::parse_json(text); }

Node of_type(const char* type) { return Node().set("type", type); }
Node time() { return of_type("string").set("format", "date-time"); }
Node reference(const char* schema) {
  return Node().set("$ref", std::string("#/components/schemas/") + schema);
}

using Members = std::vector<std::pair<std::string, Node>>;

/// `base` with more properties, all of them always there.
Node extended(const Node& schemas, const char* base, const Members& members) {
  Node schema = *schemas.find(base);
  Node properties = *schema.find("properties");
  Node required = *schema.find("required");
  for (const auto& [name, member] : members) {
    properties.set(name, member);
    required.append(name);
  }
  return schema.set("properties", std::move(properties)).set("required", std::move(required));
}

Node page_of(const std::string& member, const char* schema) {
  const Node items = of_type("array").set("items", reference(schema));
  const Node cursor =
      Node().set("type", Node::List{"string", "null"}).set("description", "Null on the last page.");
  return of_type("object")
      .set("required", Node::List{member, "next_cursor"})
      .set("properties", Node().set(member, items).set("next_cursor", cursor));
}

void add_whole_resources(Node& schemas) {
  schemas.set("Detector", extended(schemas, "DetectorSpec",
                                   {{"status", reference("DetectorStatus")},
                                    {"provisioned", of_type("boolean")}}));
  schemas.set("Alert", extended(schemas, "AlertSpec", {{"provisioned", of_type("boolean")}}));
  schemas.set("Silence", extended(schemas, "SilenceSpec",
                                  {{"id", of_type("string")}, {"created_at", time()}}));
  Node feedback = extended(schemas, "FeedbackSpec",
                           {{"id", of_type("string").set("format", "uuid")},
                            {"anomaly_id", of_type("string")},
                            {"author", of_type("string")},
                            {"created_at", time()},
                            {"effect", reference("FeedbackEffect")}});
  Node properties = *feedback.find("properties");
  properties.set("undone_at", time()).set("undone_by", of_type("string"));
  schemas.set("Feedback", feedback.set("properties", std::move(properties)));
  Node anomaly = extended(schemas, "AnomalySummary",
                          {{"series", of_type("array").set("items", reference("AnomalySeries"))}});
  properties = *anomaly.find("properties");
  properties.set("acknowledgement", reference("Acknowledgement"));
  schemas.set("Anomaly", anomaly.set("properties", std::move(properties)));
  schemas.set("Delivery",
              extended(schemas, "DeliverySummary", {{"anomaly", reference("Anomaly")}}));
}

void add_pages(Node& schemas) {
  schemas.set("DetectorPage", page_of("detectors", "Detector"));
  schemas.set("SeriesPage", page_of("series", "Series"));
  schemas.set("QualityPage", page_of("intervals", "Quality"));
  schemas.set("AnomalyPage", page_of("anomalies", "AnomalySummary"));
  schemas.set("AlertPage", page_of("alerts", "Alert"));
  schemas.set("SilencePage", page_of("silences", "Silence"));
  schemas.set("AuditPage", page_of("changes", "AuditEntry"));
  schemas.set("DeliveryPage", page_of("deliveries", "DeliverySummary"));
}

}  // namespace

Node component_schemas() {
  Node schemas(Node::Map{});
  for (const char* text : {detector_schemas, series_schemas, anomaly_schemas, alert_schemas,
                           trace_schemas, server_schemas}) {
    const Node part = parsed(text);
    for (const auto& [name, schema] : *part.as<Node::Map>()) schemas.set(name, schema);
  }
  add_whole_resources(schemas);
  add_pages(schemas);
  return schemas;
}

}  // namespace bellwether::api
