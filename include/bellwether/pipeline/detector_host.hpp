#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bellwether/base/clock.hpp"
#include "bellwether/base/health.hpp"
#include "bellwether/base/metrics.hpp"
#include "bellwether/base/worker_pool.hpp"
#include "bellwether/domain/aws_defaults.hpp"
#include "bellwether/store/store.hpp"

namespace bellwether::pipeline {

/// What the host is made with; all of it outlives the host.
struct HostContext {
  store::Store& store;
  WorkerPool& pool;
  const Clock& clock;       ///< The detectors' time.
  const Clock& wall_clock;  ///< Deliveries' time.
  Metrics& metrics;
  Health& health;
  AwsDefaults aws{};                                     ///< For sources that do not say otherwise.
  std::uint64_t memory_bytes = std::uint64_t{1} << 40U;  ///< For all detectors.
  std::vector<std::string> allow_paths{};  ///< Below which files may be read for the API.
};

/// Keeps the running detectors in step with the catalog: starts, stops, restarts and deletes them
/// as users wish, hands them alerts and silences, and forgets data past its retention.
///
/// Threads  has one of its own, and two per running detector.
class DetectorHost {
 public:
  DetectorHost(const HostContext& context, Duration retention);

  /// Stops every detector after the interval it is at, and waits.
  ~DetectorHost();
  DetectorHost(const DetectorHost&) = delete;
  DetectorHost& operator=(const DetectorHost&) = delete;

 private:
  class Body;
  std::unique_ptr<Body> body_;
};

}  // namespace bellwether::pipeline
