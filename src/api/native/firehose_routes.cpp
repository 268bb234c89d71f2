#include <chrono>
#include <string>
#include <utility>

#include "bellwether/base/log.hpp"
#include "bellwether/document/json.hpp"
#include "bellwether/ingest/firehose_reader.hpp"

#include "native/native_context.hpp"
#include "native/pushes.hpp"
#include "problem_response.hpp"
#include "text.hpp"

namespace bellwether::api::native {
namespace {

using document::Node;

constexpr const char* request_id_header = "x-amz-firehose-request-id";
constexpr const char* understood_version = "1.0";

/// What Firehose takes for an answer: the id it gave and our time in milliseconds.
Node answer_to(const NativeContext& context, const Headers& headers) {
  const auto now = context.api.wall_clock.now().time_since_epoch();
  return Node()
      .set("requestId", header_of(headers, request_id_header))
      .set("timestamp", std::int64_t{std::chrono::milliseconds(now).count()});
}

/// Firehose shows the text to its owner in CloudWatch, and tries again whatever we say but 413.
Response refusal(const NativeContext& context, const Headers& headers, Response response) {
  Node answer = answer_to(context, headers);
  answer.set("errorMessage", response.refusal);
  response.content_type = "application/json";
  response.body = document::to_json(answer);
  return response;
}

Result<RowBatch> read_rows(const ingest::RowSchema& schema, const Call& call,
                           const std::string& request_id) {
  auto request = ingest::read_firehose_request(schema, call.body, call.body_limit);
  if (!request) return request.error();
  // Taken for a repetition of another request its rows would be lost.
  if (!request->request_id.empty() && request->request_id != request_id)
    return invalid_input("requestId in the body is not that of X-Amz-Firehose-Request-Id");
  return std::move(request->rows);
}

Response push(NativeContext& context, const Call& call) {
  const std::string version = header_of(call.headers, "x-amz-firehose-protocol-version");
  if (!version.empty() && version != understood_version)
    return problem_response(400, "X-Amz-Firehose-Protocol-Version must be 1.0");
  const std::string request_id = header_of(call.headers, request_id_header);
  if (request_id.empty()) return problem_response(400, "X-Amz-Firehose-Request-Id is missing");
  if (auto refused = check_key("X-Amz-Firehose-Request-Id", request_id)) return *std::move(refused);

  RowIntake::Push rows;
  rows.detector = call.path.at("name");
  rows.idempotency_key = std::string(firehose_key_prefix) + request_id;
  rows.read = [&](const ingest::RowSchema& schema) { return read_rows(schema, call, request_id); };
  Response response = take_push(context, call, std::move(rows), [&](const std::string&) {
    return Response{200, "application/json", document::to_json(answer_to(context, call.headers))};
  });
  if (!response.refusal.empty())
    log_warning("api", "a Firehose request was refused: " + response.refusal,
                {{"detector", call.path.at("name")}, {"request", request_id}});
  return response;
}

Parameter header(const char* name, const char* description, bool is_required) {
  return {name, Parameter::Type::text, description, {}, true, is_required};
}

}  // namespace

Routes firehose_routes(const Context& context) {
  return {{.method = "POST",
           .path = "/api/v1/detectors/{name}/firehose",
           .operation = "pushFirehose",
           .summary =
               "Takes what Amazon Data Firehose delivers to an HTTP endpoint: records of JSON "
               "lines. Once the answer is there the rows are on disk; bad rows are counted by "
               "reason and do not stop the good.",
           .tag = "rows",
           .role = Role::editor,
           .parameters =
               {header("X-Amz-Firehose-Request-Id",
                       "A request that repeats the id of one within the last day changes nothing.",
                       true),
                header("X-Amz-Firehose-Protocol-Version", "`1.0`.", false),
                {"Content-Encoding",
                 Parameter::Type::choice,
                 "`gzip` when the body is packed.",
                 {"gzip", "identity"},
                 true}},
           .body = RequestBody{{"application/json"}, "FirehoseRequest", true},
           .answers = {{200, "The rows are durable.", "FirehoseAnswer"}},
           .problems = {404, 409},
           .dialect = Dialect{"X-Amz-Firehose-Access-Key", "application/json", "FirehoseRefusal",
                              [context](const Headers& headers, Response refused) {
                                return refusal(*context, headers, std::move(refused));
                              }},
           .handle = [context](const Call& call) { return push(*context, call); }}};
}

}  // namespace bellwether::api::native
