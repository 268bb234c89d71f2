#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/delivery.hpp"

namespace bellwether::store {

class Database;

struct DeliveryQuery {
  std::optional<std::string> alert;
  std::optional<DeliveryState> state;
  std::optional<std::string> anomaly;  ///< About this group.
  std::size_t limit = 100;
  std::string cursor;
};

struct DeliveryPage {
  std::vector<Delivery> deliveries;  ///< Newest first.
  std::string next_cursor;
};

/// The ledger of deliveries: what is still to be sent, what was sent and how it ended. A delivery
/// is written with the interval that caused it, before its first attempt.
///
/// Threads  any.
class Outbox {
 public:
  explicit Outbox(Database& database);
  ~Outbox() = default;
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  /// Adds one by hand (a test of an alert); durable when it returns. One that exists stays as it
  /// is.
  Result<void> add(const Notification& notification, TimePoint now);

  /// Pending deliveries whose next attempt is due, longest due first.
  Result<std::vector<Delivery>> due(TimePoint now, std::size_t limit) const;

  /// When the next pending delivery is due, if any.
  std::optional<TimePoint> next_due() const;

  /// Writes back how an attempt ended: state, attempts, next_attempt_at, finished_at, last_error.
  Result<void> update(const Delivery& delivery);

  Result<Delivery> get(std::string_view id) const;
  Result<DeliveryPage> find(const DeliveryQuery& query) const;

  /// Makes a dead delivery pending again, due now, with its age counted anew.
  ///
  /// Errors   not_found; already_exists when it is not dead.
  Result<Delivery> redrive(std::string_view id, TimePoint now);

  std::size_t pending_count() const;

  /// Forgets finished deliveries from before `time`.
  Result<void> drop_finished_before(TimePoint time);

 private:
  Database& database_;
};

}  // namespace bellwether::store
