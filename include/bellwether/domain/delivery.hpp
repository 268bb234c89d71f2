#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bellwether/base/time.hpp"
#include "bellwether/domain/alert_spec.hpp"
#include "bellwether/domain/anomaly_group.hpp"

namespace bellwether {

enum class DeliveryState : std::uint8_t { pending, delivered, dead };

std::string_view to_string(DeliveryState state);
std::optional<DeliveryState> parse_delivery_state(std::string_view text);

/// What one alert says to one sink about one group: written before the first attempt and never
/// changed afterwards.
struct Notification {
  std::string delivery_id;  ///< Made from group, alert, sink, event and how often it happened.
  std::string alert;
  std::string sink;
  std::string detector;
  Duration interval{};
  GroupEvent event = GroupEvent::opened;
  TimePoint caused_at{};  ///< End of the interval that caused it, in the detector's time.
  AnomalyGroup group;     ///< As it was then.
  bool is_test = false;

  bool operator==(const Notification&) const = default;
};

/// A notification and how its sending goes.
struct Delivery {
  Notification notification;
  DeliveryState state = DeliveryState::pending;
  std::uint32_t attempts = 0;
  TimePoint created_at{};
  TimePoint next_attempt_at{};
  std::optional<TimePoint> finished_at;
  std::string last_error;

  bool operator==(const Delivery&) const = default;
};

}  // namespace bellwether
