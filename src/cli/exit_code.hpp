#pragma once

#include "bellwether/base/result.hpp"
#include "bellwether/cli/run.hpp"

namespace bellwether::cli {

inline constexpr int exit_ok = 0;
inline constexpr int exit_mistake = 1;
inline constexpr int exit_internal = 2;

/// Writes "bellwether: <message>" and gives the exit code that fits the error.
int report(const Console& console, const Error& error);

}  // namespace bellwether::cli
