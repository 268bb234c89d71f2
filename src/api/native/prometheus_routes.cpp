#include <string>
#include <string_view>
#include <utility>

#include "bellwether/ingest/remote_write_reader.hpp"
#include "bellwether/net/crypto.hpp"

#include "native/native_context.hpp"
#include "native/pushes.hpp"
#include "problem_response.hpp"
#include "text.hpp"

namespace bellwether::api::native {
namespace {

constexpr const char* content_type = "application/x-protobuf";

/// The message that the sender says it sends: `proto=io.prometheus.write.v2.Request`.
std::string_view message_of(std::string_view type) {
  constexpr std::string_view parameter = "proto=";
  const std::size_t at = type.find(parameter);
  if (at == std::string_view::npos) return "";
  type.remove_prefix(at + parameter.size());
  type = type.substr(0, type.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '"')) type.remove_suffix(1);
  if (type.starts_with('"')) type.remove_prefix(1);
  return type;
}

/// A sender of version 2 falls back to this version when it is told so.
Response other_message(std::string_view message) {
  Response response = problem_response(
      415, "'" + std::string(message.substr(0, 80)) +
               "' is not understood here: send remote write 1.0, " + "prometheus.WriteRequest");
  response.headers["accept-post"] = content_type;
  return response;
}

/// A Prometheus drops what is refused with 429 unless its owner tells it otherwise, and tries again
/// after any 5xx.
Response refusal(const Headers& /*headers*/, Response refused) {
  if (refused.status != 429) return refused;
  Response response = problem_response(503, refused.refusal);
  response.headers = std::move(refused.headers);
  return response;
}

Response push(NativeContext& context, const Call& call) {
  const std::string type = header_of(call.headers, "content-type");
  const std::string_view message = message_of(type);
  if (!message.empty() && message != "prometheus.WriteRequest") return other_message(message);

  const std::string& detector = call.path.at("name");
  RowIntake::Push rows;
  rows.detector = detector;
  // Senders repeat a request whose answer was lost, byte for byte, and have no other name for it.
  rows.idempotency_key = std::string(prometheus_key_prefix) + net::sha256_hex(call.body);
  rows.read = [&](const ingest::RowSchema& schema) -> Result<RowBatch> {
    auto request = ingest::read_remote_write(schema, call.body);
    if (!request) return request.error();
    if (request->passed_over > 0)
      context.api.metrics.add("bellwether_prometheus_samples_passed_over_total",
                              "Samples of metrics that are no measure of the detector.",
                              {{"detector", detector}}, static_cast<double>(request->passed_over));
    return std::move(request->rows);
  };
  return take_push(context, call, std::move(rows), [](const std::string&) {
    return Response{204, "", ""};
  });
}

}  // namespace

Routes prometheus_routes(const Context& context) {
  return {
      {.method = "POST",
       .path = "/api/v1/detectors/{name}/prometheus",
       .operation = "pushPrometheus",
       .summary = "Takes Prometheus remote write 1.0: metrics are measures, labels are dimensions. "
                  "Once the answer is there the rows are on disk; bad rows are counted by reason "
                  "and do not stop the good. The same bytes within a day change nothing.",
       .tag = "rows",
       .role = Role::editor,
       .parameters =
           {{"Content-Encoding", Parameter::Type::choice, "Always `snappy`.", {"snappy"}, true}},
       .body = RequestBody{{content_type}, "", true, "snappy"},
       .answers = {{204, "The rows are durable."}},
       .problems = {404, 409},
       .dialect = Dialect{"", problem_content_type, "Problem", refusal},
       .handle = [context](const Call& call) { return push(*context, call); }}};
}

}  // namespace bellwether::api::native
