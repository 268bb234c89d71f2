#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bellwether/base/byte_budget.hpp"
#include "bellwether/base/clock.hpp"
#include "bellwether/base/health.hpp"
#include "bellwether/base/metrics.hpp"
#include "bellwether/base/worker_pool.hpp"
#include "bellwether/domain/aws_defaults.hpp"
#include "bellwether/ingest/source.hpp"
#include "bellwether/store/store.hpp"

namespace bellwether::pipeline {

/// Opens what a detector reads, but for pushed rows, which are in the store.
using OpenSource = std::function<Result<std::unique_ptr<ingest::Source>>(
    const DetectorSpec&, const SourcePosition& from, const Clock*, const ingest::SourceContext&)>;

/// What the host is made with; all of it outlives the host.
struct HostContext {
  store::Store& store;
  WorkerPool& pool;
  const Clock& clock;       ///< The detectors' time.
  const Clock& wall_clock;  ///< Deliveries' time.
  Metrics& metrics;
  Health& health;
  ByteBudget& bytes;  ///< `server.memory`: what sources read ahead counts in it.
  AwsDefaults aws{};  ///< For sources that do not say otherwise.
  std::uint64_t memory_bytes = std::uint64_t{1} << 40U;  ///< For all detectors.
  std::vector<std::string> allow_paths{};  ///< Below which files may be read for the API.
  OpenSource open_source = ingest::make_source;
};

/// Keeps the running detectors in step with the catalog: starts, stops, restarts and deletes them
/// as users wish, hands them alerts and silences, and forgets data past its retention. It waits for
/// no single detector: one that does not end when it is told to is left aside until it does.
///
/// Threads  has one of its own, and pools for all detectors together: a few for what they compute,
///          and one for every call of a source that is under way.
class DetectorHost {
 public:
  DetectorHost(const HostContext& context, Duration retention);

  /// Stops every detector after the interval it is at, and waits for all of them.
  ~DetectorHost();
  DetectorHost(const DetectorHost&) = delete;
  DetectorHost& operator=(const DetectorHost&) = delete;

  /// Returns at once; nothing is started any more.
  void request_stop();

  /// After `request_stop`: returns when every detector has ended.
  void wait_until_ended();

  /// The detectors that were told to stop and have not ended yet, by name.
  std::vector<std::string> unfinished() const;

 private:
  class Body;
  std::unique_ptr<Body> body_;
};

}  // namespace bellwether::pipeline
