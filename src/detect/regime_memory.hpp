#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace bellwether::detect {

/// Levels a series has lived at. A return to one that was left twice before is no news.
class RegimeMemory {
 public:
  /// Whether a point far from its forecast lies at a known level; also true for a few points after.
  /// `is_here` says the same of this very point.
  struct Recognition {
    bool is_here = false;
    bool is_familiar = false;
  };

  Recognition recognise(float residual, float z, float scale);

  /// Whether this is within `reach` of the home of the series: the level it left last for one where
  /// it has been for less than half as long.
  bool is_home(float level, float reach) const;

  /// The series is back: what it left was an excursion.
  void come_home();

  /// The series has left this level for a new one.
  void leave(float level, float scale);

  /// A person says that being at this level is normal: from now on it is a known one.
  void learn_as_told(float level, float scale);

  /// Stays familiar for the next few points.
  void stay_familiar() { familiar_points_ = 4; }

  void restart() { *this = RegimeMemory(); }

  template <class Archive>
  void describe(Archive& archive) {
    archive(levels_, counts_, home_, points_at_home_, points_here_, familiar_points_);
  }

 private:
  std::size_t place_for(float level, float scale);

  std::array<float, 4> levels_{};
  std::array<std::uint8_t, 4> counts_{};
  float home_ = 0;
  std::uint16_t points_at_home_ = 0;
  std::uint16_t points_here_ = 0;  // Since a level was left.
  std::uint8_t familiar_points_ = 0;
};

}  // namespace bellwether::detect
