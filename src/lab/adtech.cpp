#include <algorithm>
#include <array>
#include <chrono>

#include "random.hpp"
#include "scenario_makers.hpp"
#include "shape.hpp"

namespace bellwether::lab {
namespace {

using std::chrono::hours;

constexpr TimePoint first_hour = std::chrono::sys_days(std::chrono::year(2026) / 1 / 5);
constexpr int hour_count = 56 * 24;  // Eight weeks.

/// The links of the chain, each with the measure it makes from the one before.
enum Stage : std::size_t { delivery, click_rate, conversion, basket, cost, stage_count };

const std::vector<std::string>& dimension_names() {
  static const std::vector<std::string> names{"exchange", "region", "device", "format", "audience"};
  return names;
}

const std::vector<std::vector<std::string>>& dimension_values() {
  static const std::vector<std::vector<std::string>> values{{"north", "open", "prime"},
                                                            {"apac", "emea", "latam"},
                                                            {"desktop", "phone", "tv"},
                                                            {"banner", "video"},
                                                            {"new", "returning"}};
  return values;
}

constexpr WeekShape week{1.04, 1.05, 1.03, 1.02, 0.98, 0.92, 0.96};

/// What is usual for one leaf of the cube.
struct Habit {
  std::vector<std::string> dimensions;
  double impressions = 0;
  double clicks_per_impression = 0;
  double orders_per_click = 0;
  double revenue_per_order = 0;
  double cost_per_impression = 0;
  hours clock{0};
};

DetectorSpec detector() {
  DetectorSpec spec;
  spec.name = "adtech";
  spec.description = "An advertising chain from impressions to profit";
  spec.interval = hours(1);
  spec.measures = {{"impressions", Aggregate::sum},
                   {"clicks", Aggregate::sum},
                   {"orders", Aggregate::sum},
                   {"revenue", Aggregate::sum},
                   {"profit", Aggregate::sum}};
  spec.dimensions = dimension_names();
  return spec;
}

std::vector<Habit> make_habits(Random& random) {
  std::vector<Habit> habits;
  for (auto& dimensions : all_combinations(dimension_values())) {
    Habit habit;
    const bool is_video = dimensions[3] == "video";
    const bool is_returning = dimensions[4] == "returning";
    habit.impressions = random.uniform(100'000, 300'000);
    habit.clicks_per_impression = (is_video ? 0.03 : 0.02) * random.uniform(0.8, 1.2);
    habit.orders_per_click = (is_returning ? 0.14 : 0.09) * random.uniform(0.8, 1.2);
    habit.revenue_per_order = random.uniform(30, 60);
    habit.cost_per_impression =
        0.45 * habit.clicks_per_impression * habit.orders_per_click * habit.revenue_per_order;
    habit.clock = dimensions[1] == "apac" ? hours(8) : hours(dimensions[1] == "emea" ? 1 : -5);
    habit.dimensions = std::move(dimensions);
    habits.push_back(std::move(habit));
  }
  return habits;
}

/// About once a day a link of the chain breaks in a part of the cube that one to three
/// dimensions pick out.
void start_events(Random& random, std::vector<Event>& events) {
  constexpr double rate = 0.05;
  if (!random.chance(rate)) return;
  const auto& values = dimension_values();
  std::vector<std::optional<std::string>> where(values.size());
  const double breadth = random.uniform();
  std::size_t fixed = breadth < 0.2 ? 1 : breadth < 0.6 ? 2 : 3;
  while (fixed > 0) {
    const std::size_t dimension = random.below(values.size());
    if (where[dimension]) continue;
    where[dimension] = values[dimension][random.below(values[dimension].size())];
    --fixed;
  }
  const std::size_t stage = random.below(stage_count);
  const bool is_loss = stage != cost && random.chance(0.7);
  const double factor = is_loss ? random.uniform(0.1, 0.6) : random.uniform(1.6, 3);
  events.push_back({stage, factor, std::move(where), 2 + static_cast<int>(random.below(5))});
}

LabelledRow make_row(Random& random, TimePoint time, const Habit& habit,
                     const std::vector<Event>& events) {
  std::array<double, stage_count> factors{};
  for (std::size_t stage = 0; stage < stage_count; ++stage)
    factors[stage] = factor_of(events, stage, habit.dimensions);

  const auto noisy = [&random](double value, double noise) {
    return std::max(0.0, value * (1 + noise * random.normal()));
  };
  const double usual = habit.impressions * at_hour(shopping_day, time, habit.clock) *
                       at_weekday(week, time, habit.clock);
  const double impressions = random.poisson(noisy(usual * factors[delivery], 0.02));
  const double clicks =
      random.poisson(noisy(impressions * habit.clicks_per_impression * factors[click_rate], 0.02));
  const double orders = random.poisson(clicks * habit.orders_per_click * factors[conversion]);
  const double revenue =
      rounded(noisy(orders * habit.revenue_per_order * factors[basket], 0.02), 2);
  const double profit =
      rounded(revenue - noisy(impressions * habit.cost_per_impression * factors[cost], 0.02), 2);

  // What breaks a link shows in its own measure and in all that follow.
  LabelledRow row{time, habit.dimensions, {impressions, clicks, orders, revenue, profit}, {}};
  bool is_broken = false;
  for (const double factor : factors) {
    is_broken = is_broken || factor != 1;
    row.labels.push_back(is_broken);
  }
  return row;
}

}  // namespace

Scenario make_adtech(std::uint64_t seed) {
  Random random(seed);
  const auto habits = make_habits(random);
  Scenario scenario{detector(), {}, false};
  scenario.rows.reserve(hour_count * habits.size());
  std::vector<Event> events;
  for (int hour = 0; hour < hour_count; ++hour) {
    start_events(random, events);
    for (const auto& habit : habits)
      scenario.rows.push_back(make_row(random, first_hour + hours(hour), habit, events));
    let_time_pass(events);
  }
  return scenario;
}

}  // namespace bellwether::lab
