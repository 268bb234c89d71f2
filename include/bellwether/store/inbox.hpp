#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/row_batch.hpp"

namespace bellwether::store {

class Database;

/// Pushed rows that are not yet in a committed interval, in order of arrival.
///
/// Threads  any. `append` is durable when it returns; calls side by side share one sync.
class Inbox {
 public:
  static constexpr std::string_view stream = "inbox";

  Inbox(Database& database, std::uint64_t max_pending_bytes);
  ~Inbox();
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  /// Takes a batch; its stream, row numbers and position are set here. With `idempotency_key` the
  /// `answer` is kept beside it, and a second call with the same key writes nothing and gives that
  /// answer.
  ///
  /// Errors   overloaded: more bytes are pending than may be; nothing was written.
  Result<std::string> append(std::string_view detector, RowBatch batch,
                             std::optional<std::string_view> idempotency_key, std::string answer,
                             TimePoint now);

  /// The answer kept for a key, if any.
  Result<std::optional<std::string>> answer_of(std::string_view detector,
                                               std::string_view key) const;

  /// Batches from `position` on (an opaque `resume_at`, empty for the oldest), at most
  /// `max_batches`.
  Result<std::vector<RowBatch>> read(std::string_view detector, std::string_view position,
                                     std::size_t max_batches) const;

  /// Waits until something was appended after `position`, at most `timeout`.
  bool wait_for_rows(std::string_view detector, std::string_view position,
                     std::chrono::milliseconds timeout) const;

  /// Calls `on_rows` whenever there is more to read for a detector, until another one, or none,
  /// takes its place; afterwards it is called no more. Any thread may call it, under a lock: it
  /// must be short and must not call back.
  void watch(std::string_view detector, std::function<void()> on_rows);

  /// Forgets batches before `position`.
  Result<void> trim(std::string_view detector, std::string_view position);

  std::uint64_t pending_bytes(std::string_view detector) const;

  /// Forgets idempotency answers from before `time`.
  Result<void> drop_answers_before(TimePoint time);

 private:
  struct Body;
  std::unique_ptr<Body> body_;
};

}  // namespace bellwether::store
