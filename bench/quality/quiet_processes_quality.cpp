// False alarms: how often series without anomalies reach severity 70, per series and week.
// usage: quiet_processes_quality [--seeds N] [--first N] [--patterns]

#include <cstdio>
#include <numeric>
#include <vector>

#include "options.hpp"
#include "processes.hpp"
#include "scoring.hpp"

namespace {

using namespace bellwether::quality;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// How long the series are, and from when on alarms count.
struct Watch {
  const char* name;
  seconds interval;
  int length;  ///< Days.
  int from;    ///< Day.
  int pause;   ///< Points between two alarms.
};

struct Trial {
  std::uint64_t first;
  std::uint64_t count;
  bool patterns;  ///< Scored with `patterns: on`.
};

double rate(const Process& process, const Watch& watch, Trial trial) {
  const int day = points_per_day(watch.interval);
  std::vector<Values> series;
  for (std::uint64_t seed = 0; seed < trial.count; ++seed) {
    Dice dice(trial.first + seed);
    series.push_back(process.make(dice, watch.length * day, day));
  }
  int alarms = 0;
  for (const Scores& scores :
       score_together(series, usual_settings(watch.interval, trial.patterns)))
    alarms += opened_alarms(scores, watch.from * day, watch.pause);
  const double weeks = (watch.length - watch.from) / 7.0;
  return alarms / (weeks * static_cast<double>(trial.count));
}

void print_class(const std::vector<Process>& processes, const std::vector<Watch>& watches,
                 const char* mean_name, Trial trial) {
  std::vector<double> sums(watches.size());
  for (const Process& process : processes) {
    std::printf("| %s |", process.name.c_str());
    for (std::size_t k = 0; k < watches.size(); ++k) {
      const double found = rate(process, watches[k], trial);
      sums[k] += found;
      std::printf(" %.3f |", found);
      std::fflush(stdout);
    }
    std::puts("");
  }
  std::printf("| **%s** |", mean_name);
  for (const double sum : sums)
    std::printf(" **%.3f** |", sum / static_cast<double>(processes.size()));
  std::puts("");
}

void print_clock_change(std::vector<Watch> watches, Trial trial) {
  std::printf("| clock changed twice |");
  for (Watch watch : watches) {
    if (watch.interval > hours(1)) {
      std::printf(" |");
      continue;
    }
    watch.length = watch.interval < hours(1) ? 26 * 7 : 52 * 7;
    if (watch.interval < minutes(5)) watch.length = 6 * 7;
    std::printf(" %.3f |", rate(clock_change_process(), watch, trial));
    std::fflush(stdout);
  }
  std::puts("");
}

}  // namespace

int main(int argc, char** argv) {
  const Trial trial{option(argc, argv, "--first", 1000), option(argc, argv, "--seeds", 20),
                    has_flag(argc, argv, "--patterns")};
  const std::vector<Watch> watches{{"5 min", minutes(5), 28, 8, 120},
                                   {"1 h", hours(1), 84, 21, 24},
                                   {"1 min", minutes(1), 14, 8, 600},
                                   {"10 min", minutes(10), 28, 8, 60},
                                   {"1 d", days(1), 3 * 364, 91, 7}};
  std::printf("Opened alarms per series-week, %d seeds\n\n| process |",
              static_cast<int>(trial.count));
  for (const Watch& watch : watches) std::printf(" %s |", watch.name);
  std::puts("\n| --- | --- | --- | --- | --- | --- |");
  print_class(ordinary_processes(), watches, "mean of 14", trial);
  print_class(awkward_processes(), watches, "mean of the awkward", trial);
  print_clock_change(watches, trial);
}
