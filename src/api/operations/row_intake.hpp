#pragma once

#include <functional>
#include <optional>
#include <string>

#include "bellwether/base/clock.hpp"
#include "bellwether/base/result.hpp"
#include "bellwether/ingest/row_reader.hpp"
#include "bellwether/store/store.hpp"

namespace bellwether::api {

/// Takes pushed rows into the inbox.
///
/// Threads  any.
class RowIntake {
 public:
  struct Push {
    std::string detector;
    std::optional<std::string> idempotency_key;
    /// Makes rows of what was pushed. Not called when the push is refused or was taken before.
    std::function<Result<RowBatch>(const ingest::RowSchema&)> read;
  };

  RowIntake(store::Store& store, const Clock& clock, const Clock& wall_clock)
      : store_(store), clock_(clock), wall_clock_(wall_clock) {}

  /// Durable when it returns: `{accepted, rejected, errors: [{row, message}]}` as JSON. A push
  /// whose key was seen before changes nothing and gives the answer of then.
  ///
  /// Errors   not_found: no such detector; already_exists: it takes no pushed rows; overloaded: too
  ///          much waits to be processed; what `read` gives.
  Result<std::string> take(const Push& push);

 private:
  store::Store& store_;
  const Clock& clock_;
  const Clock& wall_clock_;
};

}  // namespace bellwether::api
