#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>

#include "random.hpp"
#include "scenario_makers.hpp"
#include "shape.hpp"

namespace bellwether::lab {
namespace {

using std::chrono::minutes;

constexpr TimePoint first_reading = std::chrono::sys_days(std::chrono::year(2026) / 3 / 2);
constexpr int reading_count = 42 * 288;  // Six weeks.

/// What can happen; the values are the stages of an event.
enum Happening : std::size_t { smoke, crowd, open_window, bad_thermometer };

struct Sensor {
  const char* name;
  const char* room;
  double dust;
  double warmth;  ///< By how much its corner is warmer than the room.
};

constexpr std::array<Sensor, 8> sensors{{{"aq-01", "atrium", 7, -0.6},
                                         {"aq-02", "atrium", 8, -0.2},
                                         {"aq-03", "kitchen", 11, 1.1},
                                         {"aq-04", "kitchen", 12, 0.8},
                                         {"aq-05", "office", 6, 0.3},
                                         {"aq-06", "office", 6.5, 0.0},
                                         {"aq-07", "workshop", 14, -0.9},
                                         {"aq-08", "workshop", 15, -1.2}}};
constexpr std::array<const char*, 4> rooms{"atrium", "kitchen", "office", "workshop"};

/// What one sensor's readings carry over from one interval to the next.
struct Drift {
  double dust = 0;
  double carbon_dioxide = 0;
  double temperature = 0;
};

DetectorSpec detector() {
  DetectorSpec spec;
  spec.name = "airquality";
  spec.description = "Air sensors of a library open every day, one reading every five minutes";
  spec.interval = minutes(5);
  spec.timestamp.format = "RFC3339";
  spec.measures = {
      {"pm25", Aggregate::avg}, {"co2", Aggregate::avg}, {"temperature", Aggregate::avg}};
  spec.dimensions = {"sensor", "room"};
  spec.on_missing = OnMissing::skip;
  return spec;
}

/// About two happenings a day in the whole building, each between half an hour and three hours.
void start_events(Random& random, std::vector<Event>& events) {
  constexpr double room_rate = 0.0005;
  constexpr double sensor_rate = 0.00015;
  const auto length = [&] { return 6 + static_cast<int>(random.below(31)); };
  for (const char* room : rooms) {
    if (!random.chance(3 * room_rate)) continue;
    const auto happening = static_cast<Happening>(random.below(3));
    const double strength = random.uniform(1, 3);
    events.push_back({happening, strength, {std::nullopt, room}, length()});
  }
  for (const auto& sensor : sensors) {
    if (!random.chance(sensor_rate)) continue;
    const double strength = (random.chance(0.5) ? 1 : -1) * random.uniform(1, 3);
    events.push_back({bad_thermometer, strength, {sensor.name, sensor.room}, length()});
  }
}

/// What the happenings add to one sensor's readings; zero where nothing is wrong.
struct Effects {
  double dust_factor = 1;
  double carbon_dioxide = 0;
  double temperature = 0;
};

Effects effects_on(const std::vector<Event>& events, const std::vector<std::string>& dimensions) {
  Effects effects;
  for (const auto& event : events) {
    if (!event.concerns(dimensions)) continue;
    switch (static_cast<Happening>(event.stage)) {
      case smoke:
        effects.dust_factor *= 1 + 2 * event.factor;
        break;
      case crowd:  // Many people breathe, and warm the room.
        effects.carbon_dioxide += 500 * event.factor;
        effects.temperature += 2.5 * event.factor;
        break;
      case open_window:  // Cold air comes in; indoors and outdoors hold the same carbon dioxide.
        effects.temperature -= 3 * event.factor;
        break;
      case bad_thermometer:
        effects.temperature += 6 * event.factor;
        break;
    }
  }
  return effects;
}

LabelledRow make_row(Random& random, TimePoint time, const Sensor& sensor, Drift& drift,
                     const std::vector<Event>& events) {
  constexpr double memory = 0.8;
  drift.dust = memory * drift.dust + 0.05 * random.normal();
  drift.carbon_dioxide = memory * drift.carbon_dioxide + 8 * random.normal();
  drift.temperature = memory * drift.temperature + 0.08 * random.normal();

  LabelledRow row{time, {sensor.name, sensor.room}, {}, {}};
  const Effects effects = effects_on(events, row.dimensions);
  const double people = at_hour(opening_hours, time);
  const double dust = sensor.dust * (1 + 0.5 * people) * (1 + drift.dust) * effects.dust_factor;
  const double carbon_dioxide = 430 + 330 * people + drift.carbon_dioxide + effects.carbon_dioxide;
  const double temperature =
      19.5 + sensor.warmth + 2.2 * people + drift.temperature + effects.temperature;
  row.measures = {rounded(std::max(0.0, dust), 1), rounded(std::max(380.0, carbon_dioxide), 0),
                  rounded(temperature, 2)};
  row.labels = {effects.dust_factor != 1, effects.carbon_dioxide != 0, effects.temperature != 0};
  return row;
}

}  // namespace

Scenario make_airquality(std::uint64_t seed) {
  constexpr double lost_reading = 0.002;
  Random random(seed);
  Scenario scenario{detector(), {}, true};
  scenario.rows.reserve(reading_count * sensors.size());
  std::array<Drift, sensors.size()> drifts{};
  std::vector<Event> events;
  for (int reading = 0; reading < reading_count; ++reading) {
    start_events(random, events);
    for (std::size_t i = 0; i < sensors.size(); ++i) {
      auto row =
          make_row(random, first_reading + minutes(5) * reading, sensors[i], drifts[i], events);
      if (!random.chance(lost_reading)) scenario.rows.push_back(std::move(row));
    }
    let_time_pass(events);
  }
  return scenario;
}

}  // namespace bellwether::lab
