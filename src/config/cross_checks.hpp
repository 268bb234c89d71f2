#pragma once

#include <vector>

#include "bellwether/config/settings.hpp"

namespace bellwether::config {

/// What shows only when the parts of a configuration are laid side by side: names that stand twice,
/// alerts about detectors, sinks, measures and dimensions that are not there. Fields are paths from
/// the root.
///
/// `sound_detectors` says for each detector whether all of it could be read; alerts are not held
/// against one that could not.
Problems cross_check(const Settings& settings, const std::vector<bool>& sound_detectors);

}  // namespace bellwether::config
