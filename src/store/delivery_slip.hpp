#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/alert_spec.hpp"
#include "bellwether/domain/delivery.hpp"
#include "bellwether/store/outbox.hpp"

namespace bellwether::store {

/// How the sending of a delivery goes, and what lists and lanes need to know of it without reading
/// what it says.
struct DeliverySlip {
  DeliveryState state = DeliveryState::pending;
  std::uint32_t attempts = 0;
  TimePoint created_at{};
  TimePoint next_attempt_at{};
  std::optional<TimePoint> finished_at;
  std::string last_error;
  std::string alert;
  std::string detector;
  std::uint64_t sequence = 0;  ///< 0 in records of version 1.
  std::string sink;
  GroupEvent event = GroupEvent::opened;
  std::vector<std::string> groups;  ///< Ids, each once; a batch has several.
  std::vector<DeliveryAttempt> attempt_log;

  bool operator==(const DeliverySlip&) const = default;
};

DeliverySlip slip_of(const Delivery& delivery);

/// A pending delivery as lanes know it.
PendingDelivery pending_of(std::string_view id, const DeliverySlip& slip);

/// What became of a delivery, entered into its slip.
void enter(DeliverySlip& slip, const DeliveryChange& change);

/// Record version 2.
std::string encode_slip(const DeliverySlip& slip);

/// Versions 1 and 2.
Result<DeliverySlip> decode_slip(std::string_view record);

}  // namespace bellwether::store
