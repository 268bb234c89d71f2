#pragma once

#include <string>

#include "bellwether/base/result.hpp"

namespace bellwether::daemon {

/// Runs the server described by the configuration file until SIGTERM or SIGINT; SIGHUP reads the
/// file again and takes it over whole, or keeps the old one and says why.
///
/// Threads  call from the main thread, before any other thread is started.
/// Errors   invalid_input: the configuration; every problem on a line of its own.
Result<void> serve(const std::string& config_path);

}  // namespace bellwether::daemon
