// Real series with labelled windows: the development files of the Numenta Anomaly Benchmark.
// usage: nab_quality FOLDER [--jitters N]

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "dice.hpp"
#include "nab.hpp"
#include "options.hpp"
#include "scoring.hpp"

namespace {

using namespace bellwether;
using namespace bellwether::quality;

using Severities = std::vector<std::vector<float>>;  // By file.

constexpr int undisturbed = 0;  // The first run; the others are jittered.

std::vector<float> severities_of(const NabFile& file, const Values& values, bool patterns) {
  const auto settings = usual_settings(file.interval, patterns);
  return score_together({values}, settings).front().severity;
}

/// Values disturbed by a five-hundredth of their mean deviation: figures of single runs swing by a
/// point or two.
Values jittered(const Values& values, std::uint64_t seed) {
  double sum = 0;
  double count = 0;
  for (const double value : values)
    if (std::isfinite(value)) sum += value, ++count;
  const double mean = sum / count;
  double deviation = 0;
  for (const double value : values)
    if (std::isfinite(value)) deviation += std::fabs(value - mean);
  deviation /= count;
  Dice dice(seed);
  Values moved = values;
  for (double& value : moved) value += 0.002 * deviation * dice.normal();
  return moved;
}

int pause_of(const NabFile& file) { return std::clamp(points_per_day(file.interval), 7, 120); }

/// Only the point that opens an event is said, as a person would want it.
std::vector<Detection> detections_of(const NabFile& file, const std::vector<float>& severity,
                                     float threshold) {
  std::vector<Detection> detections;
  int quiet_until = 0;
  for (int i = 0; i < static_cast<int>(severity.size()); ++i) {
    const float own = severity[static_cast<std::size_t>(i)];
    if (own < threshold || i < quiet_until) continue;
    detections.push_back({i, own});
    quiet_until = i + pause_of(file);
  }
  return detections;
}

double score_at(const std::vector<NabFile>& files, const Severities& severities, float threshold) {
  std::vector<std::vector<Detection>> detections;
  for (std::size_t f = 0; f < files.size(); ++f)
    detections.push_back(detections_of(files[f], severities[f], threshold));
  return nab_score(files, detections);
}

double best_score(const std::vector<NabFile>& files, const Severities& severities) {
  double best = 0;
  for (float threshold = 40; threshold <= 100; threshold += 1)
    best = std::max(best, score_at(files, severities, threshold));
  return best;
}

/// Windows that hold an alarming point, and alarms opened outside of them.
void print_windows(const NabFile& file, const std::vector<float>& severity, std::array<int, 3>& sum,
                   float threshold) {
  int hit = 0;
  std::vector<char> is_inside(severity.size(), 0);
  for (const Window& window : file.windows) {
    bool is_hit = false;
    for (int i = window.begin; i <= window.end && i < static_cast<int>(severity.size()); ++i) {
      is_hit |= severity[static_cast<std::size_t>(i)] >= threshold;
      is_inside[static_cast<std::size_t>(i)] = 1;
    }
    hit += is_hit ? 1 : 0;
  }
  int outside = 0;
  int quiet_until = 0;
  for (std::size_t i = 0; i < severity.size(); ++i) {
    if (severity[i] < threshold || is_inside[i] != 0) continue;
    if (static_cast<int>(i) >= quiet_until) ++outside;
    quiet_until = static_cast<int>(i) + pause_of(file);
  }
  const int windows = static_cast<int>(file.windows.size());
  std::printf(" %d/%d + %d |", hit, windows, outside);
  sum[0] += hit;
  sum[1] += windows;
  sum[2] += outside;
}

void print_known_causes(const std::string& root, bool patterns) {
  std::puts("| file | windows hit + alarms outside, severity 70 | 50 |\n| --- | --- | --- |");
  std::array<std::array<int, 3>, 2> sums{};
  for (const NabFile& file : read_nab(root, {"realKnownCause"})) {
    const auto severity = severities_of(file, file.values, patterns);
    std::printf("| %s |", file.name.c_str());
    print_windows(file, severity, sums[0], 70);
    print_windows(file, severity, sums[1], 50);
    std::puts("");
  }
  std::printf("| **all** | **%d/%d + %d** | %d/%d + %d |\n\n", sums[0][0], sums[0][1], sums[0][2],
              sums[1][0], sums[1][1], sums[1][2]);
}

void print_scores(const std::string& root, int jitters, bool patterns) {
  const auto files = read_nab(root, {"artificialNoAnomaly", "artificialWithAnomaly",
                                     "realAdExchange", "realTraffic", "realKnownCause"});
  std::puts("| run | at severity 70 | at the best threshold |\n| --- | --- | --- |");
  double sum_at_70 = 0;
  double sum_at_best = 0;
  for (int run = undisturbed; run <= jitters; ++run) {
    Severities severities;
    for (const NabFile& file : files) {
      const auto seed = static_cast<std::uint64_t>(run);
      severities.push_back(severities_of(
          file, run == undisturbed ? file.values : jittered(file.values, seed), patterns));
    }
    const double at_70 = score_at(files, severities, alarming);
    const double at_best = best_score(files, severities);
    std::printf("| %s | %.1f | %.1f |\n", run == undisturbed ? "as it is" : "jittered", at_70,
                at_best);
    std::fflush(stdout);
    if (run == undisturbed) continue;
    sum_at_70 += at_70;
    sum_at_best += at_best;
  }
  if (jitters > 0)
    std::printf("| **mean of the jittered** | **%.1f** | **%.1f** |\n", sum_at_70 / jitters,
                sum_at_best / jitters);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: nab_quality FOLDER [--jitters N]\n", stderr);
    return EXIT_FAILURE;
  }
  for (const bool patterns : {false, true}) {
    std::printf("%spatterns: %s\n\n", patterns ? "\n" : "", patterns ? "on" : "off");
    print_known_causes(argv[1], patterns);
    print_scores(argv[1], static_cast<int>(option(argc, argv, "--jitters", 6)), patterns);
  }
}
