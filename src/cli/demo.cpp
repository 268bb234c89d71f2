#include "bellwether/daemon/demo.hpp"

#include "commands.hpp"
#include "exit_code.hpp"

namespace bellwether::cli {

int demo(const daemon::DemoOptions& options, const Console& console) {
  const auto shown = daemon::run_demo(options, console.out);
  return shown ? exit_ok : report(console, shown.error());
}

}  // namespace bellwether::cli
