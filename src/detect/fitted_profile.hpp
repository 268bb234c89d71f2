#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "step_edges.hpp"

namespace bellwether::detect {

/// A profile as found in history; without knots there is none.
template <int capacity>
struct FittedProfile {
  std::array<float, capacity> knots{};
  int knot_count = 0;
  StepEdges edges;

  bool exists() const { return knot_count > 0; }
  std::span<float> span() { return std::span(knots).first(static_cast<std::size_t>(knot_count)); }
};

/// The largest profiles there are: 5-minute steps of a day, hours of a week.
constexpr int most_daily_knots = 288;
constexpr int most_weekly_knots = 168;

}  // namespace bellwether::detect
