#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "cadence.hpp"
#include "evidence.hpp"

namespace bellwether::detect {

/// Channel P: is this kind of context new? A context is where the value lies, where it has been of
/// late, and how much it moves; those that were met are kept as at most 64 prototypes. A new one
/// speaks once and is then known, so that a series without a shape to predict is heard where it
/// does what it never did.
///
/// It exists only where it was asked for and never freezes the model. It speaks together with the
/// other channels: what they find notable in a context never met weighs more than either alone.
/// Unless the context is far from all others it stays below what alarms, because quiet series
/// too come into new contexts.
///
/// Source   Hartigan 1975 (leader clustering).
class PatternChannel {
 public:
  /// Judges a point and learns from it; `evidence` is what the other channels say of it.
  float observe(const Point& point, float evidence, const Cadence& cadence);

  /// Begins again: a replay follows of a history with this centre and mean deviation, both in the
  /// metric's unit.
  void restart(float centre, float spread);

  template <class Archive>
  void describe(Archive& archive) {
    archive(centre_, spread_, short_mean_, long_mean_, step_, last_, radius_, count_, points_,
            is_anchored_);
    for (auto& feature : prototypes_) archive(feature);
    archive(weights_);
  }

 private:
  static constexpr std::size_t feature_count = 6;
  static constexpr std::size_t most_prototypes = 64;
  using Context = std::array<float, feature_count>;

  struct Nearest {
    std::size_t prototype = 0;
    float distance = 0;
  };

  float bent(float value) const;
  Context follow(const Point& point);
  Nearest nearest_to(const Context& context) const;
  void learn(const Context& context, const Nearest& nearest);
  void add(const Context& context);
  void merge_nearest_pair();
  Context prototype(std::size_t index) const;
  void set_prototype(std::size_t index, const Context& context);

  float centre_ = 0;  // Of the values, in the metric's unit, as is the spread.
  float spread_ = 0;
  float short_mean_ = 0;
  float long_mean_ = 0;
  float step_ = 0;  // Mean distance between neighbouring values.
  float last_ = 0;
  float radius_ = 0.3F;  // Within it a context is a known one.
  std::uint16_t count_ = 0;
  std::uint16_t points_ = 0;  // Since the replay or the life began; stops at the top.
  bool is_anchored_ = false;  // Centre and spread come from a history.
  std::array<std::array<std::int16_t, most_prototypes>, feature_count> prototypes_{};
  std::array<std::uint8_t, most_prototypes> weights_{};  // Contexts met; stop at the top.
};

}  // namespace bellwether::detect
