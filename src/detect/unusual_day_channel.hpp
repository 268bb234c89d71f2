#pragma once

#include <array>
#include <cstdint>

#include "cadence.hpp"
#include "evidence.hpp"

namespace bellwether::detect {

/// Channel W: has half a day or so lain to one side of where this series usually is? The other
/// channels look at innovations, and a day at 60 % of its level is absorbed by the fast levels
/// within an hour; this one keeps a slow reference of its own.
///
/// It exists where a day has points, never freezes the model, and neither gives nor receives the
/// bonus for a second opinion.
class UnusualDayChannel {
 public:
  /// Judges a point and learns from it. `is_fresh_regime` holds for the time after an accepted
  /// shift.
  float observe(const Point& point, const Cadence& cadence, bool is_fresh_regime);

  /// A level shift was accepted: start from there, and keep quiet for a while.
  void accept_level(float level, const Cadence& cadence);

  void restart() { *this = UnusualDayChannel(); }

  template <class Archive>
  void describe(Archive& archive) {
    archive(reference_, bias_, deviation_, mean_, usual_mean_, excess_rate_, excess_size_,
            excess_count_, points_, unusual_points_, mute_points_);
  }

 private:
  struct Look;

  float judge(const Look& look) const;
  void learn(const Look& look);
  bool count_unusual(const Look& look);

  float reference_ = 0;   // Where the series usually is, over a week.
  float bias_ = 0;        // What mean_ usually is.
  float deviation_ = 0;   // Mean distance from the reference.
  float mean_ = 0;        // Of the deviations of the last half day, in units of deviation_.
  float usual_mean_ = 0;  // Mean size of mean_ without its bias.
  std::array<float, 2> excess_rate_{0.05F, 0.05F};  // Upwards, downwards.
  std::array<float, 2> excess_size_{0.45F, 0.45F};
  std::array<float, 2> excess_count_{};
  std::uint32_t points_ = 0;
  std::uint32_t unusual_points_ = 0;
  std::uint32_t mute_points_ = 0;
};

}  // namespace bellwether::detect
