// Injected events: how many are found at severity 70, and how many alarms are false.
// usage: injected_events_quality [--seeds N] [--first N] [--interval SECONDS]

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <vector>

#include "injection.hpp"
#include "options.hpp"
#include "scoring.hpp"

namespace {

using namespace bellwether::quality;
using std::chrono::seconds;

constexpr std::array<const char*, 8> classes{
    "Gaussian",         "daily", "daily + weekly", "Poisson 5",
    "seasonal Poisson", "trend", "AR(1) + daily",  "multiplicative"};

struct Count {
  int found = 0;
  int all = 0;
  int false_alarms = 0;
};

struct Ground {
  seconds interval;
  int day;
  int length;
  int pause;
};

Ground ground_of(seconds interval) {
  const int day = points_per_day(interval);
  const bool is_short = interval < std::chrono::hours(1);
  return {interval, day, (is_short ? 28 : 84) * day, is_short ? 120 : 24};
}

/// Three events of one kind in the second half of a series, each in a sixth of its own.
std::vector<Injected> strike(EventKind kind, const Process& process, const Ground& ground,
                             Dice& dice, Values& values) {
  std::vector<Injected> events;
  for (int k = 0; k < 3; ++k) {
    const double place = 0.5 + (k + dice.uniform(0.05, 0.5)) / 6;
    events.push_back(
        inject(kind, process, static_cast<int>(place * ground.length), ground.day, dice, values));
  }
  return events;
}

/// Found is an event that alarms until an hour after its end; false is an alarm that is neither in
/// one nor within a day after one.
void judge(const Scores& scores, const std::vector<Injected>& events, const Ground& ground,
           Count& count) {
  std::vector<char> is_excused(scores.severity.size(), 0);
  const int hour = std::max(1, ground.day / 24);
  for (const Injected& event : events) {
    const int until = std::min(std::max(event.end, event.begin + 3) + hour,
                               static_cast<int>(scores.severity.size()));
    const auto from = scores.severity.begin() + event.begin;
    const bool is_found = std::any_of(from, scores.severity.begin() + until,
                                      [](float severity) { return severity >= alarming; });
    if (event.is_detectable) {
      ++count.all;
      count.found += is_found ? 1 : 0;
    }
    const int excused = std::min(until + ground.day, static_cast<int>(is_excused.size()));
    std::fill(is_excused.begin() + event.begin, is_excused.begin() + excused, 1);
  }
  count.false_alarms += opened_alarms(scores, ground.length / 2, ground.pause, is_excused);
}

using Counts = std::map<EventKind, Count>;

void run_class(const char* name, const Ground& ground, std::uint64_t first, std::uint64_t seeds,
               Counts& by_kind, std::map<std::string, Count>& by_class) {
  const Process process = ordinary_process(name);
  std::vector<Values> series;
  std::vector<std::vector<Injected>> events;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    for (const EventKind kind : event_kinds()) {
      Dice dice((first + seed) * 100 + static_cast<std::uint64_t>(kind));
      Values values = process.make(dice, ground.length, ground.day);
      events.push_back(strike(kind, process, ground, dice, values));
      series.push_back(std::move(values));
    }
  }
  const auto scores = score_together(series, ground.interval);
  const auto kinds = event_kinds();
  for (std::size_t k = 0; k < series.size(); ++k) {
    Count count;
    judge(scores[k], events[k], ground, count);
    for (Count* sum : {&by_kind[kinds[k % kinds.size()]], &by_class[name]}) {
      sum->found += count.found;
      sum->all += count.all;
      sum->false_alarms += count.false_alarms;
    }
  }
}

void print_row(const std::string& name, const Count& count) {
  std::printf("| %s | %.3f | %d | %d |\n", name.c_str(),
              static_cast<double>(count.found) / std::max(1, count.all), count.all,
              count.false_alarms);
}

void run(seconds interval, std::uint64_t first, std::uint64_t seeds) {
  const Ground ground = ground_of(interval);
  Counts by_kind;
  std::map<std::string, Count> by_class;
  for (const char* name : classes) run_class(name, ground, first, seeds, by_kind, by_class);
  std::printf(
      "\nInterval %d s, %d seeds\n\n| event | recall | detectable | false alarms |\n"
      "| --- | --- | --- | --- |\n",
      static_cast<int>(interval.count()), static_cast<int>(seeds));
  Count all;
  for (const auto& [kind, count] : by_kind) {
    print_row(name_of(kind), count);
    all.found += count.found;
    all.all += count.all;
    all.false_alarms += count.false_alarms;
  }
  print_row("**all**", all);
  std::printf(
      "\nprecision **%.3f**\n\n| class | recall | detectable | false alarms |\n"
      "| --- | --- | --- | --- |\n",
      static_cast<double>(all.found) / (all.found + all.false_alarms));
  for (const auto& [name, count] : by_class) print_row(name, count);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const auto first = option(argc, argv, "--first", 1);
  const auto seeds = option(argc, argv, "--seeds", 8);
  const auto only = option(argc, argv, "--interval", 0);
  if (only != 0) {
    run(seconds(only), first, seeds);
    return 0;
  }
  run(std::chrono::minutes(5), first, seeds);
  run(std::chrono::hours(1), first, seeds);
}
