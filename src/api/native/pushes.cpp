#include "native/pushes.hpp"

#include <algorithm>
#include <utility>

#include "problem_response.hpp"

namespace bellwether::api::native {

std::optional<Response> check_key(std::string_view name, std::string_view key) {
  constexpr std::size_t max_length = 255;
  const bool is_printable = std::ranges::all_of(key, [](char c) { return c >= ' ' && c <= '~'; });
  if (key.size() <= max_length && is_printable) return std::nullopt;
  return problem_response(400, std::string(name) + " must be at most 255 printable characters");
}

Response take_push(NativeContext& context, RowIntake::Push push,
                   const std::function<Response(std::string)>& respond) {
  bool is_too_large = false;
  push.read = [&is_too_large, read = std::move(push.read)](const ingest::RowSchema& schema) {
    auto batch = read(schema);
    is_too_large = !batch && batch.error().code == ErrorCode::overloaded;
    return batch;
  };
  auto answer = context.rows.take(push);
  if (is_too_large) return problem_response(413, answer.error().message);
  if (!answer) return problem_response(answer.error());
  return respond(*std::move(answer));
}

}  // namespace bellwether::api::native
