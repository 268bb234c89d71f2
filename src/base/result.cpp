#include "bellwether/base/result.hpp"

#include <stdexcept>
#include <utility>

namespace bellwether {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_input:
      return "invalid_input";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::already_exists:
      return "already_exists";
    case ErrorCode::forbidden:
      return "forbidden";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::overloaded:
      return "overloaded";
    case ErrorCode::corrupt:
      return "corrupt";
    case ErrorCode::cancelled:
      return "cancelled";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

bool is_retryable(const Error& error) {
  return error.code == ErrorCode::unavailable || error.code == ErrorCode::overloaded;
}

Error while_doing(std::string_view activity, Error error) {
  error.message.insert(0, ": ").insert(0, activity);
  return error;
}

Error invalid_input(std::string message) { return {ErrorCode::invalid_input, std::move(message)}; }
Error not_found(std::string message) { return {ErrorCode::not_found, std::move(message)}; }
Error already_exists(std::string message) {
  return {ErrorCode::already_exists, std::move(message)};
}
Error unavailable(std::string message) { return {ErrorCode::unavailable, std::move(message)}; }
Error corrupt(std::string message) { return {ErrorCode::corrupt, std::move(message)}; }
Error internal_error(std::string message) { return {ErrorCode::internal, std::move(message)}; }

void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::runtime_error(std::string(to_string(error.code)) + ": " + error.message);
}

}  // namespace bellwether
