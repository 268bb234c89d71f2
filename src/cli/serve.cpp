#include "bellwether/daemon/serve.hpp"

#include "commands.hpp"
#include "exit_code.hpp"

namespace bellwether::cli {

int serve(const std::string& config, const Console& console) {
  const auto served = daemon::serve(config);
  if (served) return exit_ok;
  // Problems of the configuration have lines of their own, as `check` writes them.
  if (served.error().message.starts_with(config + ":")) {
    console.error << served.error().message << '\n';
    return exit_mistake;
  }
  return report(console, served.error());
}

}  // namespace bellwether::cli
