#pragma once

#include <cstdint>
#include <ostream>

#include "bellwether/base/result.hpp"

namespace bellwether::daemon {

struct DemoOptions {
  bool once = false;          ///< Exit when the data is done.
  std::uint16_t port = 8088;  ///< 0: any free one.
  std::uint64_t seed = 1;
};

/// The main job with no set-up: makes labelled e-commerce data, runs the server on it with an
/// example detector and alerts on a replay clock, and prints groups and deliveries as they happen,
/// then how well they agree with the labels.
///
/// Threads  call from the main thread, before any other thread is started.
Result<void> run_demo(const DemoOptions& options, std::ostream& out);

}  // namespace bellwether::daemon
