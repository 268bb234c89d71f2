#include "bellwether/domain/sink_spec.hpp"

#include <utility>

#include "bellwether/domain/detector_spec.hpp"

namespace bellwether {
namespace {

void append(Problems& problems, Problems more) {
  for (Problem& problem : more) problems.push_back(std::move(problem));
}

}  // namespace

Problems validate(const SinkSpec& spec) {
  Problems problems = validate_name("name", spec.name);
  append(problems, std::visit([](const auto& target) { return validate(target); }, spec.target));
  if (spec.retry.first_wait <= Duration(0))
    problems.push_back({"retry.first_wait", "must be longer than zero", 0, 0});
  if (spec.retry.longest_wait < spec.retry.first_wait)
    problems.push_back({"retry.longest_wait", "must not be shorter than first_wait", 0, 0});
  if (spec.retry.max_age <= Duration(0))
    problems.push_back({"retry.max_age", "must be longer than zero", 0, 0});
  if (spec.limits.concurrency == 0 || spec.limits.concurrency > 64)
    problems.push_back({"limits.concurrency", "must be between 1 and 64", 0, 0});
  return problems;
}

}  // namespace bellwether
