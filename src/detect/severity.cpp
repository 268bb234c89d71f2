#include "severity.hpp"

#include <array>
#include <cstddef>

namespace bellwether::detect {

namespace {

struct Mark {
  float evidence;
  float severity;
};

constexpr std::array<Mark, 6> marks{
    {{0, 0}, {2, 30}, {3.3F, 50}, {alarming_evidence, 70}, {6.5F, 85}, {10, 100}}};

}  // namespace

float severity_of(float evidence) {
  if (!(evidence > 0)) return 0;
  for (std::size_t i = 1; i < marks.size(); ++i) {
    const Mark& low = marks[i - 1];
    const Mark& high = marks[i];
    if (evidence <= high.evidence) {
      return low.severity + (evidence - low.evidence) / (high.evidence - low.evidence) *
                                (high.severity - low.severity);
    }
  }
  return 100;
}

float evidence_for(float severity) {
  for (std::size_t i = 1; i < marks.size(); ++i) {
    const Mark& low = marks[i - 1];
    const Mark& high = marks[i];
    if (severity <= high.severity) {
      return low.evidence + (severity - low.severity) / (high.severity - low.severity) *
                                (high.evidence - low.evidence);
    }
  }
  return marks.back().evidence;
}

}  // namespace bellwether::detect
