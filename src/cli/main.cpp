#include <sys/stat.h>
#include <unistd.h>

#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "bellwether/cli/run.hpp"

int main(int count, char** arguments) {
  // Before anything is made: stores, backups and logs hold what no other user of the host may read.
  umask(S_IRWXG | S_IRWXO);
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
