#include "bellwether/daemon/serve.hpp"

#include <unistd.h>

#include "bellwether/base/log.hpp"
#include "bellwether/config/load_settings.hpp"

#include "house.hpp"
#include "signals.hpp"

namespace bellwether::daemon {
namespace {

Result<config::Settings> load(const std::string& path) {
  auto loaded = config::load_settings(path);
  if (loaded.problems.empty()) return std::move(loaded.settings);
  std::string message;
  for (const Problem& problem : loaded.problems) {
    if (!message.empty()) message += '\n';
    message += config::to_line(problem, path);
  }
  return invalid_input(message);
}

void reload(House& house, const std::string& path) {
  auto settings = load(path);
  const auto done = settings ? house.reload(*settings) : Result<void>(settings.error());
  if (done) {
    log_info("daemon", "configuration reloaded", {{"file", path}});
  } else {
    log_error("daemon", "configuration refused, the old one stays: " + done.error().message,
              {{"file", path}});
  }
}

}  // namespace

Result<void> serve(const std::string& config_path) {
  hold_signals();
  const auto settings = load(config_path);
  if (!settings) return settings.error();
  configure_log(settings->log);
  if (::geteuid() == 0)
    log_warning(
        "daemon",
        "runs as root, which it never needs: a fault in it would give the host away; run it "
        "as a user of its own");
  auto house = House::build(*settings);
  if (!house) return house.error();
  log_info("daemon", "ready", {{"url", (*house)->url()}});
  while (wait_for_signal() == Signal::reload) reload(**house, config_path);
  log_info("daemon", "stopping");
  house->reset();
  log_info("daemon", "stopped");
  return ok();
}

}  // namespace bellwether::daemon
