#pragma once

#include <cstdint>

#include "bellwether/base/problem.hpp"

namespace bellwether::pipeline {

struct MemorySettings {
  std::uint64_t budget_bytes = 0;  ///< For all detectors; 0: three fifths of the machine's memory.

  bool operator==(const MemorySettings&) const = default;
};

Problems validate(const MemorySettings& settings);

/// What is meant by the settings on this machine. A container's limit counts as its memory.
std::uint64_t budget_on_this_machine(const MemorySettings& settings);

}  // namespace bellwether::pipeline
