#include "native/pushes.hpp"

#include <algorithm>
#include <utility>

#include "problem_response.hpp"
#include "request_checks.hpp"
#include "text.hpp"

namespace bellwether::api::native {

std::optional<Response> check_key(std::string_view name, std::string_view key) {
  constexpr std::size_t max_length = 255;
  const bool is_printable = std::ranges::all_of(key, [](char c) { return c >= ' ' && c <= '~'; });
  if (key.size() <= max_length && is_printable) return std::nullopt;
  return problem_response(400, std::string(name) + " must be at most 255 printable characters");
}

std::string own_key(const std::string& key) {
  constexpr std::string_view own = "rows ";
  for (const std::string_view prefix : {own, firehose_key_prefix, prometheus_key_prefix})
    if (key.starts_with(prefix)) return std::string(own) + key;
  return key;
}

namespace {

/// Rows and what is written of them take about as much as the text they are read from, each. JSON
/// as a whole is copied and indexed besides, with four bytes for what may be every second one.
std::size_t weight_of_reading(const Call& call) {
  constexpr std::size_t of_lines = 2;
  constexpr std::size_t of_document = 5;
  const bool is_document =
      media_type(header_of(call.headers, "content-type")) == "application/json";
  return is_document ? of_document : of_lines;
}

}  // namespace

Response take_push(NativeContext& context, const Call& call, RowIntake::Push push,
                   const std::function<Response(std::string)>& respond) {
  bool is_too_large = false;
  std::uint64_t rows = 0;
  ByteReservation held;
  push.read = [&,
               read = std::move(push.read)](const ingest::RowSchema& schema) -> Result<RowBatch> {
    auto room = call.memory->requests.reserve(weight_of_reading(call) * call.body.size());
    is_too_large = !room && room.error().code == ErrorCode::invalid_input;
    if (is_too_large) return room.error();
    if (!room) return unavailable("reading the rows: " + room.error().message);
    held = std::move(*room);
    auto batch = read(schema);
    is_too_large = !batch && batch.error().code == ErrorCode::overloaded;
    rows = batch ? batch->row_count() + batch->rejected.total() : is_too_large ? call.max_rows : 0;
    return batch;
  };
  auto answer = context.rows.take(push);
  Response response = answer         ? respond(*std::move(answer))
                      : is_too_large ? problem_response(413, answer.error().message)
                                     : problem_response(answer.error());
  response.rows = rows;
  return response;
}

}  // namespace bellwether::api::native
