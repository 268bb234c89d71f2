#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/alert_spec.hpp"
#include "bellwether/domain/connection_spec.hpp"
#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/sink_spec.hpp"
#include "bellwether/store/catalog.hpp"

namespace bellwether::daemon {

/// Makes the catalog hold what the configuration file says, in one step: new and changed documents
/// are put, those that the file no longer names are taken out. What was made through the API stays.
///
/// The data of a detector that left the file is kept: putting it back brings it back.
///
/// What changed is remembered as the file's doing, at `now`.
///
/// Errors   already_exists: a name of the file was given to something made through the API, or
/// there
///          would be more new detectors than `max_detectors` lets in. Nothing was changed then.
Result<void> provision(store::Catalog& catalog, const std::vector<DetectorSpec>& detectors,
                       const std::vector<SinkSpec>& sinks, const std::vector<AlertSpec>& alerts,
                       const std::vector<ConnectionSpec>& connections = {}, TimePoint now = {},
                       std::size_t max_detectors = std::numeric_limits<std::size_t>::max());

}  // namespace bellwether::daemon
