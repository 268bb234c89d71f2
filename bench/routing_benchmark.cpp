// How long it takes to decide who is told of an interval's groups.
//
//     routing_benchmark
//
// A thousand alerts of every kind and ten thousand changed groups of one to eight series, over
// three measures and three dimensions. The third number is how many values a dimension has: with
// 120 one pair in 250 passes and is told, with 50 one in a hundred, with 5,000 hardly any.

#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "bellwether/alert/alert_router.hpp"
#include "bellwether/alert/gates.hpp"

namespace bellwether::alert {
namespace {

using std::chrono::hours;

const TimePoint begin{std::chrono::sys_days(std::chrono::year(2026) / 3 / 20)};
const std::vector<std::string> measures{"views", "orders", "revenue"};

class Maker {
 public:
  explicit Maker(int value_count) : value_count_(value_count) {}

  AnomalyGroup group(int number) {
    AnomalyGroup group;
    group.id = "group-" + std::to_string(number);
    group.detector = "shop";
    group.start = group.end = begin;
    group.severity = 60 + below(40);
    const int count = 1 + below(8);
    for (int i = 0; i < count; ++i) {
      GroupSeries series;
      series.key.measure = measures[static_cast<std::size_t>(below(3))];
      for (const char* dimension : {"category", "marketplace", "platform"})
        if (below(4) != 0) series.key.dimensions[dimension] = value();
      series.value = below(1000);
      series.expected = 500;
      group.series.push_back(std::move(series));
    }
    group.series_total = group.series.size();
    group.primary_measure = group.series.front().key.measure;
    return group;
  }

  AlertSpec alert(int number) {
    AlertSpec alert;
    alert.name = "alert-" + std::to_string(number);
    alert.detector = "shop";
    alert.sinks = {"ops"};
    alert.severity = 70;
    alert.filters.measures = {measures[static_cast<std::size_t>(below(3))]};
    for (int i = 0; i < 2; ++i) {
      alert.filters.dimensions["marketplace"].push_back(value());
      alert.filters.dimensions["category"].push_back(value());
    }
    if (number % 3 == 0) alert.filters.dimensions.erase("category");
    if (number % 4 == 0) alert.direction = Direction::down;
    if (number % 5 == 0) alert.min_change.percent = 20;
    return alert;
  }

 private:
  int below(int count) { return static_cast<int>(random_() % static_cast<unsigned>(count)); }
  std::string value() { return "value-" + std::to_string(below(value_count_)); }

  int value_count_;
  std::mt19937 random_{1};
};

struct World {
  World(int alert_count, int group_count, int value_count) {
    Maker maker(value_count);
    for (int i = 0; i < alert_count; ++i) rules.alerts.push_back(maker.alert(i));
    for (int i = 0; i < group_count; ++i) groups.push_back(maker.group(i));
    for (const AnomalyGroup& group : groups) routed.push_back({group, false});
  }
  AlertRules rules;
  std::vector<AnomalyGroup> groups;
  std::vector<RoutedGroup> routed;
};

void route_an_interval(benchmark::State& state) {
  const World world(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)),
                    static_cast<int>(state.range(2)));
  std::size_t told = 0;
  for (auto _ : state) {
    state.PauseTiming();
    AlertRouter router({"shop", hours(1), "UTC"});
    router.set_rules(world.rules);
    state.ResumeTiming();
    const Routing routing = router.route(world.routed, begin + hours(1));
    told = routing.notifications.size();
    benchmark::DoNotOptimize(told);
  }
  state.counters["told"] = static_cast<double>(told);
  state.counters["pairs_per_second"] =
      benchmark::Counter(static_cast<double>(state.range(0) * state.range(1)),
                         benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(route_an_interval)
    ->Args({1'000, 10'000, 120})
    ->Args({1'000, 10'000, 50})
    ->Args({1'000, 10'000, 5'000})
    ->Args({10, 10'000, 120})
    ->Args({1'000, 10, 120})
    ->Unit(benchmark::kMillisecond);

/// The same question asked with words for an answer, as the trace does: what it would cost.
void ask_why_refused(benchmark::State& state) {
  const World world(1'000, 100, 120);
  for (auto _ : state)
    for (const AnomalyGroup& group : world.groups)
      for (const AlertSpec& alert : world.rules.alerts)
        benchmark::DoNotOptimize(why_refused(alert, group, hours(1)));
  state.counters["pairs_per_second"] =
      benchmark::Counter(1'000.0 * 100, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(ask_why_refused)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace bellwether::alert
