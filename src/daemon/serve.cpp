#include "bellwether/daemon/serve.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

#include "bellwether/base/log.hpp"
#include "bellwether/config/load_settings.hpp"

#include "house.hpp"
#include "shutdown_watch.hpp"
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

/// Connections and the store's files count in one bound, and the usual one of 1024 would be used up
/// by connections alone. Beyond what is wanted here some libraries become slow.
void raise_file_limit() {
  constexpr rlim_t wanted = 65'536;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
    log_warning("daemon", "the bound on open files could not be raised");
}

}  // namespace

Result<void> serve(const std::string& config_path) {
  hold_signals();
  const auto settings = load(config_path);
  if (!settings) return settings.error();
  configure_log(settings->log);
  raise_file_limit();
  if (::geteuid() == 0)
    log_warning(
        "daemon",
        "runs as root, which it never needs: a fault in it would give the host away; run it "
        "as a user of its own");
  ShutdownWatch watch;
  auto house = House::build(*settings);
  if (!house) return house.error();
  log_info("daemon", "ready", {{"url", (*house)->url()}});
  while (wait_for_signal() == Signal::reload) reload(**house, config_path);
  log_info("daemon", "stopping");
  watch.begin((*house)->shutdown_timeout(), [&stopping = **house] { stopping.give_up_stopping(); });
  (*house)->stop();
  watch.end();
  log_info("daemon", "stopped");
  return ok();
}

}  // namespace bellwether::daemon
