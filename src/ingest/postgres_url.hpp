#pragma once

#include <string>
#include <string_view>

#include "bellwether/base/result.hpp"

namespace bellwether::ingest {

/// The address of a PostgreSQL server, `postgresql://user:password@host:5432/database?sslmode=...`.
/// It is a secret: only `shown` may appear anywhere.
class PostgresUrl {
 public:
  /// Errors   invalid_input without a part of the URL: another scheme, a port that is no number
  ///          (such as of a password with an unescaped `/`, `#` or `@`).
  static Result<PostgresUrl> parse(std::string_view text);

  /// For libpq, with our name, and bounds on how long a dead server is waited for, where the URL
  /// does not set its own.
  std::string with_defaults() const;

  /// `host:5432/database`: for people.
  const std::string& shown() const { return shown_; }

  /// A message of the server or of libpq, without the password.
  std::string without_secrets(std::string message) const;

 private:
  std::string text_;
  std::string shown_;
  std::string password_;          ///< As it stands in the URL.
  std::string decoded_password_;  ///< As it is.
};

}  // namespace bellwether::ingest
