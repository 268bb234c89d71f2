#include <string>
#include <utility>

#include "bellwether/ingest/pushed_rows.hpp"

#include "native/native_context.hpp"
#include "native/pushes.hpp"
#include "request_checks.hpp"
#include "text.hpp"

namespace bellwether::api::native {
namespace {

ingest::PushedFormat format_of(const Call& call) {
  const std::string type = media_type(header_of(call.headers, "content-type"));
  if (type == "text/csv") return ingest::PushedFormat::csv;
  if (type == "application/json") return ingest::PushedFormat::json_array;
  return ingest::PushedFormat::json_lines;
}

Response push(NativeContext& context, const Call& call) {
  const std::string key = header_of(call.headers, "idempotency-key");
  if (auto refusal = check_key("Idempotency-Key", key)) return *std::move(refusal);
  RowIntake::Push rows;
  rows.detector = call.path.at("name");
  if (!key.empty()) rows.idempotency_key = own_key(key);
  rows.read = [&call](const ingest::RowSchema& schema) {
    return ingest::read_pushed_rows(schema, format_of(call), call.body, call.max_rows);
  };
  return take_push(context, call, std::move(rows), [](std::string answer) {
    return Response{202, "application/json", std::move(answer)};
  });
}

}  // namespace

Routes row_routes(const Context& context) {
  return {{.method = "POST",
           .path = "/api/v1/detectors/{name}/rows",
           .operation = "pushRows",
           .summary = "Pushes rows. Once the answer is there they are on disk and will be counted "
                      "exactly once; bad rows are counted by reason and do not stop the good.",
           .tag = "rows",
           .role = Role::editor,
           .parameters = {{"Idempotency-Key",
                           Parameter::Type::text,
                           "A push that repeats the key of one within the last day changes nothing "
                           "and gets the answer of then.",
                           {},
                           true},
                          {"Content-Encoding",
                           Parameter::Type::choice,
                           "`gzip` when the body is packed.",
                           {"gzip", "identity"},
                           true}},
           .body = RequestBody{{"application/x-ndjson", "application/jsonl", "text/csv",
                                "application/json"},
                               "Rows",
                               true},
           .answers = {{202, "The rows are durable.", "RowsAnswer"}},
           .problems = {400, 404, 409},
           .handle = [context](const Call& call) { return push(*context, call); }}};
}

}  // namespace bellwether::api::native
