#pragma once

#include <string>
#include <vector>

namespace bellwether {

/// One thing wrong with settings or a request: where, and what would be right.
struct Problem {
  std::string field;    ///< Path from the root, as `alerts[2].filters.measures[0]`; may be empty.
  std::string message;  ///< "must be longer than zero".
  int line = 0;         ///< From 1; 0 where there is no text with lines.
  int column = 0;

  bool operator==(const Problem&) const = default;
};

using Problems = std::vector<Problem>;

}  // namespace bellwether
