#pragma once

#include <string>
#include <string_view>

#include <boost/system/result.hpp>

namespace bellwether {

/// What the caller can do about a failure. Two failures share a code when they share a cure.
enum class ErrorCode {
  invalid_input,   ///< Correct the request; repeating it will not help.
  not_found,       ///< The named thing does not exist.
  already_exists,  ///< The name is taken, or the thing is not in a state that allows this.
  forbidden,       ///< The caller may not do this.
  unavailable,     ///< Try again later.
  overloaded,      ///< Try again later, and slower.
  corrupt,         ///< Stored bytes do not decode; an operator must look.
  cancelled,       ///< We are shutting down.
  internal,        ///< A defect of ours.
};

std::string_view to_string(ErrorCode code);

/// A failure, told twice: a code for programs, a sentence for people.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;

  bool operator==(const Error&) const = default;
};

/// Whether the same request may succeed later without being changed.
bool is_retryable(const Error& error);

/// Adds what we were about to do: "opening store '/data': disk full".
Error while_doing(std::string_view activity, Error error);

// One maker per code, so that a failure reads as a sentence at the place where it is found.
Error invalid_input(std::string message);
Error not_found(std::string message);
Error already_exists(std::string message);
Error unavailable(std::string message);
Error corrupt(std::string message);
Error internal_error(std::string message);

[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& at);

/// A T, or the reason there is none. The compiler warns when one is ignored.
template <class T>
class [[nodiscard]] Result : public boost::system::result<T, Error> {
 public:
  using boost::system::result<T, Error>::result;
};

/// Success without a value.
inline Result<void> ok() { return {}; }

}  // namespace bellwether
