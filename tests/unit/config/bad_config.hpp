#pragma once

#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "bellwether/config/load_settings.hpp"

namespace bellwether::config {

/// What `bellwether check` prints for `text`, without the name of the file.
inline std::vector<std::string> lines_for(std::string_view text) {
  std::vector<std::string> lines;
  for (const Problem& problem : read_settings(text).problems)
    lines.push_back(to_line(problem, "FILE").substr(sizeof("FILE:") - 1));
  return lines;
}

/// A malformed configuration and what a user is told of it: `LINE:COL: path: message`.
struct BadConfig {
  std::string text;
  std::vector<std::string> lines;
};

inline std::ostream& operator<<(std::ostream& out, const BadConfig& bad) { return out << bad.text; }

class BadConfigs : public ::testing::TestWithParam<BadConfig> {};

}  // namespace bellwether::config
