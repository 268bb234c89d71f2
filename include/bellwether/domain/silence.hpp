#pragma once

#include <map>
#include <string>

#include "bellwether/base/problem.hpp"
#include "bellwether/base/time.hpp"

namespace bellwether {

/// A rule that mutes deliveries for a time. What it leaves empty matches everything.
struct Silence {
  std::string id;
  std::string alert;
  std::string detector;
  std::string measure;
  std::map<std::string, std::string> dimensions;
  TimePoint from{};
  TimePoint until{};
  std::string owner;
  std::string reason;
  TimePoint created_at{};

  bool operator==(const Silence&) const = default;
};

Problems validate(const Silence& silence);

}  // namespace bellwether
