#pragma once

#include <memory>

#include "bellwether/base/byte_budget.hpp"
#include "bellwether/base/clock.hpp"
#include "bellwether/base/health.hpp"
#include "bellwether/base/metrics.hpp"
#include "bellwether/sinks/sink.hpp"
#include "bellwether/store/store.hpp"

namespace bellwether::pipeline {

/// What the dispatcher is made with; all of it outlives the dispatcher.
struct DispatcherContext {
  store::Store& store;
  sinks::SinkContext sinks;
  const Clock& wall_clock;
  Metrics& metrics;
  ByteBudget& bytes;         ///< `server.memory`: deliveries in memory count in it.
  Health* health = nullptr;  ///< Shows sinks that cannot be made.
};

/// Carries what waits in the outbox to its sinks, until each delivery is delivered or dead.
///
/// Every sink has a lane of its own: its own order, attempts at one time, rate and pauses, and its
/// own threads, so that none can delay another (docs/decisions/0021-lanes.md). What a commit causes
/// is tried at once. How an attempt ended is written to the ledger before anything else is sent
/// about its groups, so after a crash at most the last attempts are repeated, under the same ids.
///
/// Threads  its own: one that decides, one that writes, and one for every attempt under way, which
///          ends when it is idle.
class OutboxDispatcher {
 public:
  explicit OutboxDispatcher(const DispatcherContext& context);

  /// Finishes the attempts under way, and waits for them.
  ~OutboxDispatcher();
  OutboxDispatcher(const OutboxDispatcher&) = delete;
  OutboxDispatcher& operator=(const OutboxDispatcher&) = delete;

 private:
  class Body;
  std::unique_ptr<Body> body_;
};

}  // namespace bellwether::pipeline
