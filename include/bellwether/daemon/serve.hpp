#pragma once

#include <string>

#include "bellwether/base/result.hpp"

namespace bellwether::daemon {

/// Keeps SIGTERM, SIGINT and SIGHUP for `serve`, in this thread and all it will start; writing to a
/// closed connection becomes an error instead of the process's end. To be called first of all: a
/// SIGHUP that comes before it ends the process.
void hold_signals();

/// Runs the server described by the configuration file until SIGTERM or SIGINT; SIGHUP reads the
/// file again and takes it over whole, or keeps the old one and says why.
///
/// Threads  call from the main thread, before any other thread is started.
/// Errors   invalid_input: the configuration; every problem on a line of its own.
Result<void> serve(const std::string& config_path);

}  // namespace bellwether::daemon
