#include "bellwether/domain/file_source_spec.hpp"

namespace bellwether {

Problems validate(const FileSourceSpec& file) {
  Problems problems;
  if (file.path.empty() && file.historical.empty())
    problems.push_back({"file.path", "must be a path or glob, or give historical", 0, 0});
  if (file.follow && file.path.empty())
    problems.push_back({"file.follow", "needs a path to follow", 0, 0});
  for (auto& problem : validate("file.format", file.format)) problems.push_back(std::move(problem));
  return problems;
}

}  // namespace bellwether
