#include "bellwether/domain/silence.hpp"

namespace bellwether {

Problems validate(const Silence& silence) {
  Problems problems;
  if (silence.until && *silence.until <= silence.from)
    problems.push_back({"until", "must be later than from", 0, 0});
  if (!silence.until && !silence.recurring && silence.anomaly.empty())
    problems.push_back(
        {"until", "is missing; only a recurring silence and that of an anomaly need none", 0, 0});
  for (const auto& [dimension, values] : silence.dimensions)
    if (values.empty())
      problems.push_back({"dimensions." + dimension, "must list at least one value", 0, 0});
  if (silence.recurring)
    for (Problem& problem : validate(*silence.recurring))
      problems.push_back({"recurring." + problem.field, std::move(problem.message), 0, 0});
  if (silence.owner.empty()) problems.push_back({"owner", "must say who asks for it", 0, 0});
  if (silence.reason.empty()) problems.push_back({"reason", "must say why", 0, 0});
  return problems;
}

}  // namespace bellwether
