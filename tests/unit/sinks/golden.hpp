#pragma once

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "bellwether/document/json.hpp"

namespace bellwether::sinks::testing {

/// Compares a JSON body with the file tests/unit/sinks/golden/<name>.json, which tests/e2e holds to
/// the schemas that receivers publish. With UPDATE_GOLDEN=1 the file is written anew instead.
inline void expect_golden(const std::string& body, const std::string& name) {
  const auto node = document::parse_json(body);
  ASSERT_TRUE(node) << node.error().message << "\n" << body;
  const std::string path =
      std::string(BELLWETHER_SOURCE_DIR) + "/tests/unit/sinks/golden/" + name + ".json";
  const std::string pretty = document::to_pretty_json(*node) + "\n";
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(path) << pretty;
  std::stringstream expected;
  expected << std::ifstream(path).rdbuf();
  EXPECT_EQ(pretty, expected.str()) << path;
}

}  // namespace bellwether::sinks::testing
