#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "bellwether/base/byte_budget.hpp"

namespace bellwether::api {

/// Header fields; names in lower case. A field that stands twice is one, joined by a comma.
using Headers = std::map<std::string, std::string>;

/// A request before its body.
struct RequestHead {
  std::string method;
  std::string target;  ///< As it was sent: `/api/v1/series?measure=views`.
  Headers headers;
  std::string remote_address;
  std::optional<std::uint64_t> content_length;  ///< Absent for chunked bodies.
  bool has_body = false;
};

struct Response {
  int status = 200;
  std::string content_type;
  std::string body;
  Headers headers{};
  std::string refusal{};   ///< Why, in a sentence, where this refuses the request.
  std::uint64_t rows = 0;  ///< That it took or refused; they weigh in the caller's rate.
  /// What the body holds of `server.memory` until it is sent.
  std::shared_ptr<ByteReservation> held{};
};

}  // namespace bellwether::api
