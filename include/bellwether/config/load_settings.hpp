#pragma once

#include <set>
#include <string>
#include <string_view>

#include "bellwether/base/problem.hpp"
#include "bellwether/config/settings.hpp"

namespace bellwether::config {

/// What was read, and everything that is wrong with it. The settings are good for use only when
/// there is no problem.
struct LoadedSettings {
  Settings settings;
  Problems problems;  ///< In the order of the file.
};

/// Reads a configuration file. One that cannot be read is a problem without a line.
LoadedSettings load_settings(const std::string& path);

/// Reads the YAML text of one. Paths in it stay as they are written: relative ones are relative to
/// the working directory of the process.
LoadedSettings read_settings(std::string_view text);

/// `FILE:LINE:COL: path.to.field: what is wrong, and what would be right`; parts that a problem
/// does not have are left out.
std::string to_line(const Problem& problem, std::string_view file);

/// Every key a configuration may hold, as `alerts[].filters.measures`.
std::set<std::string> known_paths();

}  // namespace bellwether::config
