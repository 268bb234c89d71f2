#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "bellwether/base/problem.hpp"
#include "bellwether/base/result.hpp"

#include "http_message.hpp"

namespace bellwether::api {

inline constexpr const char* problem_content_type = "application/problem+json";

/// The HTTP status of a failure in the native dialect.
int status_of(ErrorCode code);

/// The words of a status: "Not Found".
std::string title_of(int status);

/// An answer by RFC 9457: `type, title, status, detail, errors: [{field, message}]`.
Response problem_response(int status, const std::string& detail, const Problems& problems = {});

/// The same from a failure. What is our defect goes to the log, not to the caller.
Response problem_response(const Error& error, const Problems& problems = {});

/// 429 with `Retry-After`.
Response too_many_requests(const std::string& detail, std::chrono::milliseconds retry_after);

}  // namespace bellwether::api
