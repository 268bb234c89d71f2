#include <sys/stat.h>
#include <unistd.h>

#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/cli/run.hpp"
#include "bellwether/daemon/serve.hpp"

int main(int count, char** arguments) {
  // Before anything is made: stores, backups and logs hold what no other user of the host may read.
  umask(S_IRWXG | S_IRWXO);
  // Before anything else, for a supervisor may ask a server to read its configuration as soon as it
  // has started it. Other commands end as their terminal does.
  if (count > 1 && std::string_view(arguments[1]) == "serve") bellwether::daemon::hold_signals();
  try {
    const bellwether::cli::Console console{std::cout, std::cerr, isatty(STDERR_FILENO) == 1};
    return bellwether::cli::run({arguments + 1, arguments + count}, console);
  } catch (const std::exception& defect) {
    std::cerr << "bellwether: internal error: " << defect.what() << '\n';
  } catch (...) {
    std::cerr << "bellwether: internal error\n";
  }
  return 2;
}
