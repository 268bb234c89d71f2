#pragma once

#include <cstddef>
#include <string>

#include "bellwether/base/metrics.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/delivery.hpp"
#include "bellwether/store/outbox.hpp"

namespace bellwether::pipeline {

/// What the dispatcher counts about itself (docs/operations.md).
///
/// Threads  any.
class DeliveryMetrics {
 public:
  explicit DeliveryMetrics(Metrics& metrics) : metrics_(metrics) {}

  /// From the ledger to the beginning of the first attempt.
  void first_attempt(const std::string& sink, Duration waited);

  /// How a delivery goes on: after an attempt, or given up without one.
  void change(const std::string& sink, const store::DeliveryChange& change);

  void lane(const std::string& sink, std::size_t pending, bool is_paused);

 private:
  Metrics& metrics_;
};

}  // namespace bellwether::pipeline
