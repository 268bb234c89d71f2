#pragma once

#include <cstdint>
#include <memory>

#include "bellwether/base/clock.hpp"
#include "bellwether/base/metrics.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/sink_spec.hpp"
#include "bellwether/sinks/sink.hpp"
#include "bellwether/store/store.hpp"

namespace bellwether::pipeline {

/// What the dispatcher is made with; all of it outlives the dispatcher.
struct DispatcherContext {
  store::Store& store;
  sinks::SinkContext sinks;
  const Clock& wall_clock;
  Metrics& metrics;
};

/// How long to wait before the next try: twice as long each time, shortened at random by up to half
/// so that many deliveries do not come back at once; never shorter than the receiver asked for.
Duration retry_wait(const RetryPolicy& policy, std::uint32_t attempts,
                    std::optional<Duration> retry_after, double random_share);

/// Carries what waits in the outbox to its sinks, until each delivery is delivered or dead.
///
/// One attempt of a delivery at a time, several deliveries side by side. How an attempt ended is
/// written to the ledger before the next one begins, so after a crash at most the last attempt is
/// repeated, under the same id.
///
/// Threads  its own; a fixed number of attempts at once.
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
