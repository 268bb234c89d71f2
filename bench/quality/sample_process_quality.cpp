// The e-commerce sample of the retired service, made again from its description: 42 hourly series
// over nine months, scored from the third week on.
// usage: sample_process_quality [SEED...]; without seeds four fixed and four drawn ones

#include <array>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <random>
#include <string>
#include <vector>

#include "scoring.hpp"

namespace {

using namespace bellwether::quality;

constexpr int series_count = 42;  // 2 measures x 3 platforms x 7 marketplaces.
constexpr int hour_count = 273 * 24;
constexpr int scored_from = 14 * 24;
constexpr double turn = 2 * std::numbers::pi;

struct Sample {
  std::vector<Values> series;
  std::vector<std::vector<char>> is_anomalous;
};

/// One series: a daily and a weekly wave, uniform noise; every two hundredth hour something begins
/// that lasts up to five hours and is at least ten times the noise.
void make_series(Dice& dice, Sample& sample) {
  const double scale = std::exp(dice.uniform(3.5, 8));
  const double day_size = dice.uniform(0.2, 0.6);
  const double day_phase = turn * dice.uniform();
  const double week_size = dice.uniform(0.05, 0.25);
  const double week_phase = turn * dice.uniform();
  const double growth = dice.uniform(0, 0.3);
  const double noise = dice.uniform(0.01, 0.03);
  Values values;
  std::vector<char> labels;
  int left = 0;
  double factor = 1;
  for (int hour = 0; hour < hour_count; ++hour) {
    const double normal = scale * (1 + growth * hour / hour_count) *
                          (1 + day_size * std::sin(turn * hour / 24 + day_phase)) *
                          (1 + week_size * std::sin(turn * hour / 168 + week_phase)) *
                          (1 + noise * dice.uniform(-1, 1));
    if (left == 0 && dice.chance(0.005)) {
      left = 1 + dice.below(5);
      factor = 1 + dice.sign() * std::max(10 * noise, dice.uniform(0.3, 0.9));
    }
    values.push_back(left > 0 ? normal * factor : normal);
    labels.push_back(left > 0 ? 1 : 0);
    if (left > 0) --left;
  }
  sample.series.push_back(std::move(values));
  sample.is_anomalous.push_back(std::move(labels));
}

struct Tally {
  int hits = 0;
  int false_alarms = 0;
  int misses = 0;

  double precision() const { return static_cast<double>(hits) / (hits + false_alarms); }
  double recall() const { return static_cast<double>(hits) / (hits + misses); }
  double f1() const { return 2.0 * hits / (2.0 * hits + false_alarms + misses); }
};

void count_points(const Scores& scores, const std::vector<char>& labels, Tally& tally) {
  for (std::size_t i = scored_from; i < labels.size(); ++i) {
    const bool is_alarm = scores.severity[i] >= alarming;
    if (is_alarm && labels[i] != 0) ++tally.hits;
    if (is_alarm && labels[i] == 0) ++tally.false_alarms;
    if (!is_alarm && labels[i] != 0) ++tally.misses;
  }
}

/// A run of labelled hours is found when one of them alarms; a run of alarms that meets no label is
/// one false alarm.
void count_events(const Scores& scores, const std::vector<char>& labels, Tally& tally) {
  const auto is_alarm = [&](std::size_t i) { return scores.severity[i] >= alarming; };
  const auto walk = [&](const auto& is_in, const auto& is_met, auto& met, auto& unmet) {
    for (std::size_t i = scored_from; i < labels.size(); ++i) {
      if (!is_in(i)) continue;
      bool found = false;
      for (; i < labels.size() && is_in(i); ++i) found |= is_met(i);
      ++(found ? met : unmet);
    }
  };
  const auto is_labelled = [&](std::size_t i) { return labels[i] != 0; };
  int met_alarms = 0;
  walk(is_labelled, is_alarm, tally.hits, tally.misses);
  walk(is_alarm, is_labelled, met_alarms, tally.false_alarms);
}

void judge(std::uint64_t seed) {
  Dice dice(seed);
  Sample sample;
  for (int k = 0; k < series_count; ++k) make_series(dice, sample);
  const auto scores = score_together(sample.series, std::chrono::hours(1));
  Tally points;
  Tally events;
  for (std::size_t k = 0; k < scores.size(); ++k) {
    count_points(scores[k], sample.is_anomalous[k], points);
    count_events(scores[k], sample.is_anomalous[k], events);
  }
  std::printf("| %llu | %.3f / %.3f / %.3f | %.3f / %.3f |\n",
              static_cast<unsigned long long>(seed), events.precision(), events.recall(),
              events.f1(), points.precision(), points.recall());
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  std::puts("| seed | events P / R / F1 | points P / R |\n| --- | --- | --- |");
  std::vector<std::uint64_t> seeds{1, 2, 3, 4};
  if (argc > 1) seeds.clear();
  for (int i = 1; i < argc; ++i) seeds.push_back(std::stoull(argv[i]));
  std::random_device draw;
  if (argc == 1)
    for (int i = 0; i < 4; ++i) seeds.push_back(draw());
  for (const std::uint64_t seed : seeds) judge(seed);
}
