#include "injection.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>

namespace bellwether::quality {
namespace {

constexpr double always = 0;  // Every event of the kind is large enough.

/// How an event changes a value: the point's number in the event, and the value.
using Change = std::function<double(int at, double value)>;

struct Plan {
  int length = 1;
  double least_size = always;  ///< Mean change in sigmas from which it counts as detectable.
  Change change;
};

Plan shift(double size, int length, double sign, double sigma) {
  return {length, size / 2, [=](int, double value) { return value + sign * size * sigma; }};
}

Plan plan_of(EventKind kind, const Process& process, int day, double sign, const Values& values,
             int begin, Dice& dice) {
  const double sigma = process.sigma;
  const int hour = std::max(1, day / 24);
  const auto spike = [&](double size, double least) {
    return Plan{1, least, [=](int, double value) { return value + sign * size * sigma; }};
  };
  switch (kind) {
    case EventKind::spike_8:
      return spike(8, 4);
    case EventKind::spike_15:
      return spike(15, 7);
    case EventKind::drop:
      return {std::max(3, 2 * hour), 2, [](int, double) { return 0.0; }};
    case EventKind::shift_4:
      return shift(4, (hour > 1 ? 2 : 5) * day, sign, sigma);
    case EventKind::shift_8:
      return shift(8, (hour > 1 ? 2 : 5) * day, sign, sigma);
    case EventKind::slow_change: {
      // Up over a day, then it stays for another.
      const int rise = (hour > 1 ? 1 : 2) * day;
      return {2 * rise, 5, [=](int at, double value) {
                return value + sign * 8 * sigma * std::min(1.0, static_cast<double>(at) / rise);
              }};
    }
    case EventKind::frozen: {
      const double held = values[static_cast<std::size_t>(begin)];
      return {8 * hour, always, [held](int, double) { return held; }};
    }
    case EventKind::moved_profile: {
      // A day that comes a quarter of a day early.
      return {day, always, [&values, begin, day](int at, double) {
                return values[static_cast<std::size_t>(begin + at + day / 4)];
              }};
    }
    case EventKind::noise_4:
      return {std::max(12, 12 * hour), always, [&dice, sigma](int, double value) {
                return value + std::sqrt(15.0) * sigma * dice.normal();
              }};
    case EventKind::burst_5:
      return {5, 2.5, [=](int, double value) { return value + sign * 5 * sigma; }};
  }
  return {};
}

}  // namespace

std::string name_of(EventKind kind) {
  switch (kind) {
    case EventKind::spike_8:
      return "spike 8 sigma";
    case EventKind::spike_15:
      return "spike 15 sigma";
    case EventKind::drop:
      return "drop to 0";
    case EventKind::shift_4:
      return "shift 4 sigma";
    case EventKind::shift_8:
      return "shift 8 sigma";
    case EventKind::slow_change:
      return "slow change";
    case EventKind::frozen:
      return "frozen 8 h";
    case EventKind::moved_profile:
      return "profile moved";
    case EventKind::noise_4:
      return "noise x 4";
    case EventKind::burst_5:
      return "five points 5 sigma";
  }
  return {};
}

std::vector<EventKind> event_kinds() {
  return {EventKind::spike_8, EventKind::spike_15,    EventKind::drop,   EventKind::shift_4,
          EventKind::shift_8, EventKind::slow_change, EventKind::frozen, EventKind::moved_profile,
          EventKind::noise_4, EventKind::burst_5};
}

Injected inject(EventKind kind, const Process& process, int begin, int points_per_day, Dice& dice,
                Values& values) {
  const Values before = values;
  const Plan plan = plan_of(kind, process, points_per_day, dice.sign(), before, begin, dice);
  Injected event{begin, std::min(begin + plan.length, static_cast<int>(values.size())), true};
  double change = 0;
  for (int i = begin; i < event.end; ++i) {
    const auto at = static_cast<std::size_t>(i);
    double value = plan.change(i - begin, before[at]);
    if (process.is_positive) value = std::max(0.0, value);
    if (process.is_count) value = std::round(value);
    values[at] = value;
    change += std::fabs(value - before[at]);
  }
  const double mean_change = change / (event.end - begin) / process.sigma;
  event.is_detectable = mean_change >= plan.least_size;
  if (kind == EventKind::moved_profile) event.is_detectable = process.has_season;
  return event;
}

}  // namespace bellwether::quality
