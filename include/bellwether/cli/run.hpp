#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace bellwether::cli {

/// Where a command writes: results to `out`, everything else to `error`.
struct Console {
  std::ostream& out;
  std::ostream& error;
  bool shows_progress = false;  ///< Whether `error` is a terminal that someone is looking at.
};

/// Turns a command line, without the program's name, into one call.
///
/// Errors   the exit code: 0 ok, 1 the user's mistake or a check that failed, 2 a defect of ours.
/// Threads  call from the main thread, before any other thread is started.
int run(const std::vector<std::string>& arguments, const Console& console);

}  // namespace bellwether::cli
