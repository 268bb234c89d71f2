#include "step_edges.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <vector>

#include "robust.hpp"

namespace bellwether::detect {
namespace {

constexpr float clear_gain = 5;  // Mean errors that an edge must save.

std::size_t index(int value) { return static_cast<std::size_t>(value); }

struct Candidate {
  float gain = 0;
  int knot = 0;
  int offset = 0;
};

/// Finds the best edge of one knot.
class EdgeSearch {
 public:
  EdgeSearch(std::span<const float> values, CyclePosition position, std::span<const float> knots)
      : values_(values),
        position_(position),
        knots_(knots),
        width_(position.period / static_cast<int>(knots.size())),
        as_before_(index(width_)),
        as_after_(index(width_)) {}

  std::optional<Candidate> best_of(int knot) {
    const int count = static_cast<int>(knots_.size());
    const float before = knots_[index(knot > 0 ? knot - 1 : count - 1)];
    const float after = knots_[index(knot + 1 < count ? knot + 1 : 0)];
    if (before == after) return std::nullopt;
    sum_errors(knot, before, after);

    float error = std::accumulate(as_after_.begin(), as_after_.end(), 0.0F);
    float least = as_own_;
    int offset = 0;
    for (int i = 0; i + 1 < width_; ++i) {
      error += as_before_[index(i)] - as_after_[index(i)];
      if (error >= least) continue;
      least = error;
      offset = i + 1;
    }
    const float gain = as_own_ - least;
    if (offset == 0 || gain * found_ <= clear_gain * least) return std::nullopt;
    return Candidate{gain, knot, offset};
  }

 private:
  // Errors of taking each point of the knot for one of the knot before, or after, or its own.
  void sum_errors(int knot, float before, float after) {
    as_own_ = found_ = 0;
    for (int i = 0; i < width_; ++i) {
      float& error_before = as_before_[index(i)] = 0;
      float& error_after = as_after_[index(i)] = 0;
      const int phase = knot * width_ + i - position_.first_phase;
      const int first = phase < 0 ? phase + position_.period : phase;
      for (std::size_t at = index(first); at < values_.size(); at += index(position_.period)) {
        if (!is_present(values_[at])) continue;
        ++found_;
        as_own_ += std::fabs(values_[at] - knots_[index(knot)]);
        error_before += std::fabs(values_[at] - before);
        error_after += std::fabs(values_[at] - after);
      }
    }
  }

  std::span<const float> values_;
  CyclePosition position_;
  std::span<const float> knots_;
  int width_;
  std::vector<float> as_before_;  // By point of the knot.
  std::vector<float> as_after_;
  float as_own_ = 0;
  float found_ = 0;
};

}  // namespace

StepEdges find_edges(std::span<const float> values, CyclePosition position,
                     std::span<const float> knots) {
  StepEdges edges;
  const int count = static_cast<int>(knots.size());
  const int width = position.period / count;
  if (count < 24 || width < 3 || width >= UINT8_MAX || count * width != position.period)
    return edges;

  EdgeSearch search(values, position, knots);
  std::vector<Candidate> candidates;
  for (int knot = 0; knot < count; ++knot) {
    if (const auto found = search.best_of(knot)) candidates.push_back(*found);
  }
  std::sort(candidates.begin(), candidates.end(),
            [](const Candidate& left, const Candidate& right) {
              return left.gain != right.gain ? left.gain > right.gain : left.knot < right.knot;
            });
  std::vector<char> is_taken(index(count), 0);
  for (const Candidate& candidate : candidates) {
    // An edge leans on both its neighbours, which must be what they seem.
    const int left = candidate.knot > 0 ? candidate.knot - 1 : count - 1;
    const int right = candidate.knot + 1 < count ? candidate.knot + 1 : 0;
    if (is_taken[index(left)] != 0 || is_taken[index(right)] != 0) continue;
    if (!edges.add(candidate.knot, candidate.offset)) break;
    is_taken[index(candidate.knot)] = 1;
  }
  return edges;
}

}  // namespace bellwether::detect
