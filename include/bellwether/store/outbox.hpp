#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/delivery.hpp"

namespace bellwether::store {

class Database;

/// Which deliveries are asked for: those that fit all that is given.
struct DeliveryQuery {
  std::optional<std::string> alert;
  std::optional<std::string> sink;
  std::optional<std::string> detector;
  std::optional<std::string> anomaly;  ///< About this group, alone or among others.
  std::optional<GroupEvent> event;
  std::optional<DeliveryState> state;
  std::optional<TimePoint> from;  ///< Created then or later.
  std::optional<TimePoint> to;    ///< Created before.
  std::size_t limit = 100;
  std::string cursor;
};

struct DeliveryPage {
  std::vector<Delivery>
      deliveries;  ///< Newest first; of one instant, the last in the ledger first.
  std::string next_cursor;
};

/// What a dispatcher must know of a delivery to wait with it: not what it says.
struct PendingDelivery {
  std::string id;
  std::uint64_t sequence = 0;
  std::string sink;
  std::vector<std::string> groups;
  TimePoint created_at{};
  TimePoint next_attempt_at{};
  std::uint32_t attempts = 0;
  std::string last_error;

  bool operator==(const PendingDelivery&) const = default;
};

/// What became of a delivery, to be entered into the ledger.
struct DeliveryChange {
  std::string id;
  DeliveryState state = DeliveryState::pending;
  std::uint32_t attempts = 0;
  TimePoint next_attempt_at{};
  std::optional<TimePoint> finished_at;
  std::string last_error;
  std::optional<DeliveryAttempt> attempt;  ///< Added to the log.

  bool operator==(const DeliveryChange&) const = default;
};

/// Hears of deliveries that became pending, by their place in the ledger. It is called by the
/// thread that wrote them and must not take long, nor call the outbox.
using OnPending = std::function<void(std::vector<PendingDelivery>)>;

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

  /// All that is pending, longest due first. Reads no bodies.
  Result<std::vector<PendingDelivery>> pending() const;

  /// From now on tells `on_pending` what becomes pending by a commit, `add` or a redrive; an empty
  /// one ends it. One follower at a time. Who follows first and then reads `pending` misses
  /// nothing, and may hear of some twice.
  void follow(OnPending on_pending);

  /// Enters how deliveries go on, all at once. One that is not in the ledger any more is passed
  /// over. Without a sync: what power takes away is sent once more, with the same id.
  Result<void> update(std::span<const DeliveryChange> changes);

  /// The same for one as a whole: state, attempts and their log, next_attempt_at, finished_at,
  /// last_error.
  Result<void> update(const Delivery& delivery);

  Result<Delivery> get(std::string_view id) const;
  /// A page may end before its limit, at the bytes of `PageBound`; its cursor then leads on.
  Result<DeliveryPage> find(const DeliveryQuery& query) const;

  /// Makes a dead delivery pending again, due now, with its age counted anew. Its place in the
  /// ledger stays.
  ///
  /// Errors   not_found; already_exists when it is not dead.
  Result<Delivery> redrive(std::string_view id, TimePoint now);

  /// The same for every dead delivery that a query is about, whatever its `state`, `limit` and
  /// `cursor`; gives how many. They are written by some hundreds at a time.
  Result<std::uint64_t> redrive_all(const DeliveryQuery& query, TimePoint now);

  std::size_t pending_count() const;

  /// Forgets finished deliveries from before `time`.
  Result<void> drop_finished_before(TimePoint time);

 private:
  Database& database_;
};

}  // namespace bellwether::store
