#pragma once

#include <string>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/time_zone.hpp"

namespace bellwether::ingest {

/// Loads a zone by its IANA id from the host's zone data, all changes from 1970 to 2100.
///
/// Errors   invalid_input for an unknown id.
Result<TimeZone> load_time_zone(const std::string& name);

}  // namespace bellwether::ingest
