#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/time.hpp"
#include "bellwether/domain/alert_spec.hpp"
#include "bellwether/domain/anomaly_group.hpp"

namespace bellwether {

enum class DeliveryState : std::uint8_t { pending, delivered, dead };

std::string_view to_string(DeliveryState state);
std::optional<DeliveryState> parse_delivery_state(std::string_view text);

/// What an alert has to say of one group.
struct GroupNews {
  GroupEvent event = GroupEvent::opened;
  AnomalyGroup group;   ///< As it was then.
  std::string measure;  ///< The one it passed the alert with: the primary one where that did.

  bool operator==(const GroupNews&) const = default;
};

/// What one alert says to one sink about one group, or with `batch` about several: written before
/// the first attempt and never changed afterwards.
struct Notification {
  std::string delivery_id;  ///< Made from group, alert, sink, event and how often it happened.
  std::string alert;
  std::string alert_description;
  std::string sink;
  std::string detector;
  Duration interval{};
  std::string timezone = "UTC";  ///< Of the detector's data; for texts that people read.
  GroupEvent event = GroupEvent::opened;
  TimePoint caused_at{};          ///< End of the interval that caused it, in the detector's time.
  AnomalyGroup group;             ///< As it was then; in a batch the most severe one.
  std::string measure;            ///< The one the group passed the alert with.
  std::vector<GroupNews> others;  ///< The rest of a batch, most severe first.
  bool is_test = false;

  bool operator==(const Notification&) const = default;
};

/// One try to send a delivery.
struct DeliveryAttempt {
  TimePoint at{};
  Duration took{};
  std::string error;  ///< Empty: it was taken.

  bool operator==(const DeliveryAttempt&) const = default;
};

/// A notification and how its sending goes.
struct Delivery {
  Notification notification;
  DeliveryState state = DeliveryState::pending;
  std::uint64_t sequence = 0;  ///< Its place in the ledger; deliveries of one group go out in it.
  std::uint32_t attempts = 0;  ///< Since it was created or redriven.
  std::vector<DeliveryAttempt> attempt_log;  ///< The newest `max_attempts_kept`, oldest first.
  TimePoint created_at{};
  TimePoint next_attempt_at{};
  std::optional<TimePoint> finished_at;
  std::string last_error;  ///< With the beginning of the receiver's answer.

  static constexpr std::size_t max_attempts_kept = 20;

  bool operator==(const Delivery&) const = default;
};

}  // namespace bellwether
