#include "bellwether/config/load_settings.hpp"

#include "commands.hpp"
#include "exit_code.hpp"

namespace bellwether::cli {

int check(const std::string& config, const Console& console) {
  const auto loaded = config::load_settings(config);
  for (const auto& problem : loaded.problems)
    console.error << config::to_line(problem, config) << '\n';
  if (!loaded.problems.empty()) return exit_mistake;
  console.out << config << ": ok\n";
  return exit_ok;
}

}  // namespace bellwether::cli
