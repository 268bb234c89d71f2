#include "processes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <stdexcept>

namespace bellwether::quality {
namespace {

constexpr double turn = 2 * std::numbers::pi;

Values independent(Dice& dice, int count, double (*draw)(Dice&)) {
  Values values(static_cast<std::size_t>(count));
  for (double& value : values) value = draw(dice);
  return values;
}

/// Three harmonics of the day with amplitudes and phases of their own.
class DayShape {
 public:
  explicit DayShape(Dice& dice)
      : amplitudes_{1 + dice.uniform(), 0.5 * dice.normal(), 0.3 * dice.normal()} {
    for (double& phase : phases_) phase = turn * dice.uniform();
  }

  double at(double day) const {
    double sum = 0;
    for (std::size_t k = 0; k < 3; ++k)
      sum += amplitudes_[k] * std::sin(turn * static_cast<double>(k + 1) * day + phases_[k]);
    return sum;
  }

 private:
  std::array<double, 3> amplitudes_;
  std::array<double, 3> phases_{};
};

/// A level for each weekday, weekends lower.
class WeekShape {
 public:
  explicit WeekShape(Dice& dice) {
    for (std::size_t k = 0; k < 7; ++k) levels_[k] = 0.3 * dice.normal() - (k >= 5 ? 1 : 0);
  }

  double at(int day) const { return levels_[static_cast<std::size_t>(day % 7)]; }

 private:
  std::array<double, 7> levels_{};
};

/// Makes each value from the dice, the point and the shapes.
template <class Draw>
Values seasonal(Dice& dice, int count, int day, Draw draw) {
  const DayShape daily(dice);
  const WeekShape weekly(dice);
  Values values;
  for (int i = 0; i < count; ++i)
    values.push_back(draw(i, daily.at(static_cast<double>(i) / day), weekly.at(i / day)));
  return values;
}

Values walk(Dice& dice, int count) {
  Values values;
  double level = 1000;
  for (int i = 0; i < count; ++i) values.push_back(level += dice.normal());
  return values;
}

Values autoregressive(Dice& dice, int count) {
  Values values;
  double state = 0;
  for (int i = 0; i < count; ++i) values.push_back(state = 0.9 * state + dice.normal());
  return values;
}

Values business_hours(Dice& dice, int count, int day) {
  Values values;
  for (int i = 0; i < count; ++i) {
    const double hour = 24.0 * (i % day) / day;
    const bool is_open = hour >= 9 && hour < 18 && i / day % 7 < 5;
    values.push_back(is_open ? 100 + 8 * dice.normal() : 5 + dice.normal());
  }
  return values;
}

Values two_states(Dice& dice, int count, int day) {
  Values values;
  bool is_high = false;
  for (int i = 0; i < count; ++i) {
    if (dice.chance(2.0 / day)) is_high = !is_high;
    values.push_back((is_high ? 200 : 100) + 5 * dice.normal());
  }
  return values;
}

// The weekend begins and ends at an hour of its own, not at midnight.
Values weekday_edges(Dice& dice, int count, int day) {
  const int edge = dice.below(day);
  Values values;
  for (int i = 0; i < count; ++i) {
    const bool is_weekend = (i + edge) / day % 7 >= 5;
    values.push_back(100 + 20 * std::sin(turn * i / day) - (is_weekend ? 40 : 0) +
                     4 * dice.normal());
  }
  return values;
}

// A weekday rhythm that starts at midnight sharp and is nearly gone at weekends.
Values working_days(Dice& dice, int count, int day) {
  const DayShape daily(dice);
  Values values;
  for (int i = 0; i < count; ++i) {
    const bool is_weekend = i / day % 7 >= 5;
    const double shape = 1.5 + 0.6 * daily.at(static_cast<double>(i) / day);
    values.push_back(50 + (is_weekend ? 0.25 : 1.0) * 60 * std::max(0.2, shape) +
                     5 * dice.normal());
  }
  return values;
}

}  // namespace

std::vector<Process> ordinary_processes() {
  return {
      {"Gaussian", 10, false, false, false,
       [](Dice& dice, int count, int) {
         return independent(dice, count, [](Dice& d) { return 100 + 10 * d.normal(); });
       }},
      {"Student t3", 10, false, false, false,
       [](Dice& dice, int count, int) {
         return independent(dice, count, [](Dice& d) { return 100 + 10 * d.student_t(3); });
       }},
      {"lognormal", 50, false, false, true,
       [](Dice& dice, int count, int) {
         return independent(dice, count, [](Dice& d) { return 50 * std::exp(d.normal()); });
       }},
      {"AR(1) 0.9", 11.5, false, false, false,
       [](Dice& dice, int count, int) {
         Values values = autoregressive(dice, count);
         for (double& value : values) value = 100 + 5 * value;
         return values;
       }},
      {"random walk", 1, false, false, false,
       [](Dice& dice, int count, int) { return walk(dice, count); }},
      {"daily", 5, true, false, true,
       [](Dice& dice, int count, int day) {
         return seasonal(dice, count, day, [&](int, double daily, double) {
           return 100 + 30 * daily + 5 * dice.normal();
         });
       }},
      {"daily + weekly", 8, true, false, true,
       [](Dice& dice, int count, int day) {
         return seasonal(dice, count, day, [&](int, double daily, double weekly) {
           return 200 + 30 * daily + 25 * weekly + 8 * dice.normal();
         });
       }},
      {"Poisson 0.5", 0.7, false, true, true,
       [](Dice& dice, int count, int) {
         return independent(dice, count, [](Dice& d) { return d.poisson(0.5); });
       }},
      {"Poisson 5", 2.24, false, true, true,
       [](Dice& dice, int count, int) {
         return independent(dice, count, [](Dice& d) { return d.poisson(5); });
       }},
      {"95 % zeros", 10, false, false, true,
       [](Dice& dice, int count, int) {
         return independent(
             dice, count, [](Dice& d) { return d.chance(0.95) ? 0.0 : 10 * std::exp(d.normal()); });
       }},
      {"seasonal Poisson", 2, true, true, true,
       [](Dice& dice, int count, int day) {
         return seasonal(dice, count, day, [&](int, double daily, double) {
           return dice.poisson(4 * std::exp(0.8 * daily));
         });
       }},
      {"trend", 3, false, false, false,
       [](Dice& dice, int count, int) {
         Values values;
         for (int i = 0; i < count; ++i) values.push_back(100 + 0.01 * i + 3 * dice.normal());
         return values;
       }},
      {"AR(1) + daily", 9.2, true, false, true,
       [](Dice& dice, int count, int day) {
         const Values noise = autoregressive(dice, count);
         return seasonal(dice, count, day, [&](int i, double daily, double) {
           return 100 + 20 * daily + 4 * noise[static_cast<std::size_t>(i)];
         });
       }},
      {"multiplicative", 100, true, false, true,
       [](Dice& dice, int count, int day) {
         return seasonal(dice, count, day, [&](int, double daily, double weekly) {
           return 1000 * std::exp(0.5 * daily + 0.3 * weekly + 0.1 * dice.normal());
         });
       }},
  };
}

std::vector<Process> awkward_processes() {
  return {
      {"Poisson 0.05", 1, false, true, true,
       [](Dice& dice, int count, int) {
         return independent(dice, count, [](Dice& d) { return d.poisson(0.05); });
       }},
      {"business hours", 8, true, false, false, business_hours},
      {"money by day", 80, true, false, true,
       [](Dice& dice, int count, int day) {
         return seasonal(dice, count, day, [&](int, double daily, double) {
           return 100 * std::exp(0.7 * daily + 0.8 * dice.normal());
         });
       }},
      {"two states", 5, false, false, false, two_states},
      {"growing amplitude", 5, true, false, false,
       [](Dice& dice, int count, int day) {
         return seasonal(dice, count, day, [&](int i, double daily, double) {
           return 200 + 20 * (1 + static_cast<double>(i) / count) * daily + 5 * dice.normal();
         });
       }},
      {"weekday edges", 4, true, false, false, weekday_edges},
      {"working days", 5, true, false, false, working_days},
  };
}

Process clock_change_process() {
  return {"clock change", 5, true, false, false, [](Dice& dice, int count, int day) {
            return seasonal(dice, count, day, [&, shape = DayShape(dice)](int i, double, double) {
              const bool is_summer = i >= count / 3 && i < count * 2 / 3;
              const double hour = is_summer ? 1.0 / 24 : 0.0;
              return 100 + 30 * shape.at(static_cast<double>(i) / day + hour) + 5 * dice.normal();
            });
          }};
}

Process ordinary_process(const std::string& name) {
  for (Process& process : ordinary_processes())
    if (process.name == name) return std::move(process);
  throw std::invalid_argument("there is no process '" + name + "'");
}

}  // namespace bellwether::quality
