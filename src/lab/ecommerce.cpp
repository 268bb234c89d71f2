#include <algorithm>
#include <array>
#include <chrono>

#include "random.hpp"
#include "scenario_makers.hpp"
#include "shape.hpp"

namespace bellwether::lab {
namespace {

using std::chrono::hours;

constexpr TimePoint first_hour = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
constexpr int hour_count = 273 * 24;  // About nine months.

enum Stage : std::size_t { visits, spending };

struct Platform {
  const char* name;
  double views;
  double spent_per_view;
};
struct Marketplace {
  const char* name;
  double share;
  hours clock;  ///< Local time less UTC.
};

constexpr std::array<Platform, 3> platforms{
    {{"mobile_app", 5200, 0.52}, {"mobile_web", 3900, 0.31}, {"pc_web", 4600, 0.74}}};
constexpr std::array<Marketplace, 7> marketplaces{{{"de", 0.9, hours(1)},
                                                   {"es", 0.45, hours(1)},
                                                   {"fr", 0.7, hours(1)},
                                                   {"it", 0.5, hours(1)},
                                                   {"jp", 1.1, hours(9)},
                                                   {"uk", 1.0, hours(0)},
                                                   {"us", 2.2, hours(-6)}}};
constexpr WeekShape week{0.94, 0.93, 0.95, 0.98, 1.02, 1.12, 1.10};

DetectorSpec detector() {
  DetectorSpec spec;
  spec.name = "ecommerce";
  spec.description = "Views and revenue of a web shop by platform and marketplace";
  spec.interval = hours(1);
  spec.measures = {{"views", Aggregate::sum}, {"revenue", Aggregate::sum}};
  spec.dimensions = {"platform", "marketplace"};
  return spec;
}

/// From clear to large: a third lost at least, or half as much again at least.
double event_factor(Random& random) {
  return random.chance(0.6) ? random.uniform(0.05, 0.62) : random.uniform(1.5, 3.5);
}

/// Starts what goes wrong this hour: mostly a single leaf, now and then a whole marketplace or
/// platform. About one leaf in two hundred is struck at each hour.
void start_events(Random& random, std::vector<Event>& events) {
  constexpr double leaf_rate = 0.0035;
  constexpr double marketplace_rate = 0.0006;
  constexpr double platform_rate = 0.0004;
  const auto start = [&](std::vector<std::optional<std::string>> where) {
    const std::size_t stage = random.chance(0.65) ? visits : spending;
    const double factor = event_factor(random);
    const int length = 1 + static_cast<int>(random.below(5));
    events.push_back({stage, factor, std::move(where), length});
  };
  for (const auto& platform : platforms)
    for (const auto& marketplace : marketplaces)
      if (random.chance(leaf_rate)) start({platform.name, marketplace.name});
  for (const auto& marketplace : marketplaces)
    if (random.chance(marketplace_rate)) start({std::nullopt, marketplace.name});
  for (const auto& platform : platforms)
    if (random.chance(platform_rate)) start({platform.name, std::nullopt});
}

/// The first event to strike a leaf has it to itself: two that cancel out would be no anomaly.
double sole_factor(const std::vector<Event>& events, std::size_t stage,
                   const std::vector<std::string>& dimensions) {
  for (const auto& event : events)
    if (event.concerns(dimensions)) return event.stage == stage ? event.factor : 1;
  return 1;
}

LabelledRow make_row(Random& random, TimePoint time, const Platform& platform,
                     const Marketplace& marketplace, const std::vector<Event>& events) {
  constexpr double views_noise = 0.02;
  constexpr double spending_noise = 0.03;
  constexpr double growth = 0.10;
  LabelledRow row{time, {platform.name, marketplace.name}, {}, {}};
  const double visits_factor = sole_factor(events, visits, row.dimensions);
  const double spending_factor = sole_factor(events, spending, row.dimensions);

  const double age = static_cast<double>((time - first_hour) / hours(1)) / hour_count;
  const double usual = platform.views * marketplace.share * (1 + growth * age) *
                       at_hour(shopping_day, time, marketplace.clock) *
                       at_weekday(week, time, marketplace.clock);
  const double views =
      random.poisson(std::max(0.0, usual * visits_factor * (1 + views_noise * random.normal())));
  const double revenue =
      views * platform.spent_per_view * spending_factor * (1 + spending_noise * random.normal());
  row.measures = {views, rounded(std::max(0.0, revenue), 2)};
  row.labels = {visits_factor != 1, visits_factor != 1 || spending_factor != 1};
  return row;
}

}  // namespace

Scenario make_ecommerce(std::uint64_t seed) {
  Random random(seed);
  Scenario scenario{detector(), {}, false};
  scenario.rows.reserve(hour_count * platforms.size() * marketplaces.size());
  std::vector<Event> events;
  for (int hour = 0; hour < hour_count; ++hour) {
    start_events(random, events);
    for (const auto& platform : platforms)
      for (const auto& marketplace : marketplaces)
        scenario.rows.push_back(
            make_row(random, first_hour + hours(hour), platform, marketplace, events));
    let_time_pass(events);
  }
  return scenario;
}

}  // namespace bellwether::lab
