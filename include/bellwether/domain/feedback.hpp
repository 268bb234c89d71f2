#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bellwether/base/time.hpp"

namespace bellwether {

/// Whose models a person's word reaches.
enum class FeedbackScope : std::uint8_t {
  series,       ///< The one series named.
  descendants,  ///< That series and all of its measure that fix its dimension values and more.
  group,        ///< All series of the anomaly group.
};

std::string_view to_string(FeedbackScope scope);
std::optional<FeedbackScope> parse_feedback_scope(std::string_view text);

/// What became of feedback in the models, written with the interval it took effect in.
struct FeedbackEffect {
  std::optional<TimePoint> from;  ///< Start of the first interval it counts in.
  std::optional<TimePoint> to;    ///< Start of the first interval it no longer counts in.
  std::uint64_t series = 0;       ///< Models it was told to.

  bool operator==(const FeedbackEffect&) const = default;
};

/// A person's word that a series of a group, or all of it, is or is not an anomaly.
struct Feedback {
  std::string id;  ///< UUID, made from the anomaly's id and when it was said.
  std::string anomaly_id;
  std::optional<std::string> series_id;  ///< Absent: all series of the group.
  FeedbackScope scope = FeedbackScope::group;
  bool is_anomaly = true;
  std::string comment;
  std::string author;
  TimePoint created_at{};
  std::optional<TimePoint> expires_at;
  std::optional<TimePoint> undone_at;
  std::string undone_by;
  std::optional<FeedbackEffect> effect;  ///< Absent until the detector's next interval closes.

  bool operator==(const Feedback&) const = default;
};

/// Where feedback stands; `now` is the start of its detector's newest interval, if there is one.
enum class FeedbackState : std::uint8_t {
  pending,  ///< Counts from the next closed interval on.
  active,
  expired,
  undone,
  none,  ///< Was given to a release that only kept it.
};

std::string_view to_string(FeedbackState state);
FeedbackState state_of(const Feedback& feedback, std::optional<TimePoint> now);

/// What one vote adds to the evidence (-log10 of a probability) of its series' values.
constexpr float evidence_offset(bool is_anomaly) { return is_anomaly ? 0.2F : -0.4F; }

/// After this time a vote's offset has halved.
inline constexpr std::chrono::days feedback_half_life{90};

}  // namespace bellwether
