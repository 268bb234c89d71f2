#include "decision_records.hpp"

#include "bellwether/base/bytes.hpp"

#include "keys.hpp"

namespace bellwether::store {
namespace {

constexpr std::uint8_t decision_version = 1;
constexpr char decision_letter = 'r';

}  // namespace

std::string decision_prefix(std::string_view anomaly_id) {
  return KeyWriter().kind(decision_letter).name(anomaly_id).take();
}

std::string decision_key(const RoutingDecision& decision) {
  return decision_prefix(decision.anomaly_id) +
         KeyWriter().time(decision.time).tail(decision.alert).take();
}

std::string encode_decision(const RoutingDecision& decision) {
  ByteWriter writer;
  writer.put(decision_version);
  writer.put_text(to_string(decision.refusal.gate));
  writer.put_text(decision.refusal.reason);
  return writer.take();
}

Result<RoutingDecision> decode_decision(std::string_view key, std::string_view record) {
  ByteReader reader(record);
  if (reader.get<std::uint8_t>() != decision_version)
    return corrupt("a routing decision has an unknown version");
  const auto gate = parse_gate(reader.get_text());
  RoutingDecision decision;
  decision.refusal.reason = reader.get_text();
  KeyReader where(key);
  where.kind();
  decision.anomaly_id = where.name();
  decision.time = where.time();
  decision.alert = where.tail();
  if (!reader.is_complete() || !gate || where.failed())
    return corrupt("a routing decision does not decode");
  decision.refusal.gate = *gate;
  return decision;
}

}  // namespace bellwether::store
