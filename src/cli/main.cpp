#include <unistd.h>

#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "bellwether/cli/run.hpp"

int main(int count, char** arguments) {
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
