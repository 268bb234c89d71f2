#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>

#include "bellwether/base/result.hpp"

namespace bellwether {

class ByteBudget;

/// Bytes reserved in a `ByteBudget`, released when this ends.
///
/// Threads  one at a time.
class ByteReservation {
 public:
  ByteReservation() = default;
  ~ByteReservation() { release(); }
  ByteReservation(ByteReservation&& other) noexcept;
  ByteReservation& operator=(ByteReservation&& other) noexcept;
  ByteReservation(const ByteReservation&) = delete;
  ByteReservation& operator=(const ByteReservation&) = delete;

  std::size_t bytes() const { return bytes_; }

  /// Reserves `more` bytes besides.
  ///
  /// Errors   overloaded: there is no room; what is reserved stays.
  Result<void> grow(std::size_t more);

  /// Releases all but `bytes`; does nothing when there are no more.
  void shrink_to(std::size_t bytes);

  void release() { shrink_to(0); }

 private:
  friend class ByteBudget;
  ByteReservation(ByteBudget& budget, std::size_t bytes) : budget_(&budget), bytes_(bytes) {}

  ByteBudget* budget_ = nullptr;
  std::size_t bytes_ = 0;
};

/// How many bytes may be held at one time for one purpose. It counts; it does not allocate.
///
/// A budget may be a share of another one: what is reserved in it counts in both, so that one
/// purpose cannot take all, and all of them together stay within the whole.
///
/// Threads  any.
/// Cost     a lock per reservation: reserve per body, page or part, not per row.
class ByteBudget {
 public:
  /// `name` is what people call the bound in messages: "server.memory".
  ByteBudget(std::string name, std::size_t bytes) : ByteBudget(std::move(name), bytes, nullptr) {}

  /// A share of `whole`, which outlives it.
  ByteBudget(std::string name, std::size_t bytes, ByteBudget& whole)
      : ByteBudget(std::move(name), bytes, &whole) {}

  ByteBudget(const ByteBudget&) = delete;
  ByteBudget& operator=(const ByteBudget&) = delete;

  /// Errors   overloaded: there is no room now, and the message names the bound that is reached;
  ///          invalid_input: there never is, as `bytes` are more than the whole.
  Result<ByteReservation> reserve(std::size_t bytes);

  /// The same, but waits for room until `stop` is requested.
  ///
  /// Errors   invalid_input: as above; cancelled: stopped.
  Result<ByteReservation> wait_and_reserve(std::size_t bytes, const std::stop_token& stop);

  std::size_t bytes() const { return bytes_; }
  std::size_t used_bytes() const;

 private:
  friend class ByteReservation;
  ByteBudget(std::string name, std::size_t bytes, ByteBudget* whole);

  Result<void> take(std::size_t bytes);
  Result<void> take_locked(std::size_t bytes);
  void give_back(std::size_t bytes);
  Result<void> check_possible(std::size_t bytes) const;

  const std::string name_;
  const std::size_t bytes_;
  ByteBudget* const whole_;
  mutable std::mutex own_mutex_;
  std::condition_variable_any own_room_;
  std::mutex& mutex_;                  ///< The whole's: one lock for all shares.
  std::condition_variable_any& room_;  ///< The whole's.
  std::size_t used_ = 0;
};

}  // namespace bellwether
