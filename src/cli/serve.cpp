#include "bellwether/daemon/serve.hpp"

#include "commands.hpp"
#include "exit_code.hpp"

namespace bellwether::cli {

int serve(const std::string& config, const Console& console) {
  const auto served = daemon::serve(config);
  return served ? exit_ok : report(console, served.error());
}

}  // namespace bellwether::cli
