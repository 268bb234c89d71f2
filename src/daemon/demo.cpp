#include "bellwether/daemon/demo.hpp"

#include <optional>
#include <utility>

#include "bellwether/base/log.hpp"
#include "bellwether/config/load_settings.hpp"
#include "bellwether/daemon/serve.hpp"
#include "bellwether/lab/scenario.hpp"

#include "demo_report.hpp"
#include "demo_workspace.hpp"
#include "house.hpp"
#include "signals.hpp"
#include "webhook_receiver.hpp"

namespace bellwether::daemon {
namespace {

constexpr double hours_per_second = 2;
constexpr int look_again_milliseconds = 100;
constexpr std::chrono::days live_time{14};

/// Everything the demo consists of, in the order it is built.
struct Stage {
  const lab::Scenario& scenario;
  DemoWorkspace workspace;
  std::unique_ptr<House> house;
  IntervalIndex last_interval = 0;

  bool is_done() {
    const auto progress = house->store().intervals().progress(scenario.detector.name);
    return progress && progress->last_interval && *progress->last_interval >= last_interval &&
           house->store().outbox().pending_count() == 0;
  }
};

Result<std::unique_ptr<House>> build_house(const DemoWorkspace& workspace,
                                           const DemoOptions& options, std::uint16_t receiver_port,
                                           TimePoint clock_start) {
  auto loaded = config::read_settings(workspace.config(options.port, receiver_port, clock_start,
                                                       hours_per_second * 3600, !options.once));
  if (!loaded.problems.empty())
    return internal_error("the demo's own configuration: " + loaded.problems.front().field + ": " +
                          loaded.problems.front().message);
  configure_log(loaded.settings.log);
  return House::build(loaded.settings);
}

/// Watches until the data is done. False when a signal asked to stop first.
Result<bool> watch(Stage& stage, DemoReport& report) {
  while (true) {
    Signal signal{};
    if (wait_for_signal(look_again_milliseconds, signal) && signal == Signal::stop) return false;
    stage.workspace.append_rows(stage.house->clock().now());
    const bool is_done = stage.is_done();
    if (auto printed = report.print_new_groups(stage.house->store().groups()); !printed)
      return printed.error();
    if (is_done) return true;
  }
}

}  // namespace

Result<void> run_demo(const DemoOptions& options, std::ostream& out) {
  hold_signals();
  const auto scenario = lab::make_scenario("ecommerce", options.seed);
  if (!scenario) return scenario.error();
  const TimePoint end = scenario->rows.back().time + scenario->detector.interval;
  const TimePoint live_from = options.once ? end : end - live_time;

  DemoReport report(out);
  auto workspace = DemoWorkspace::make(*scenario, live_from);
  if (!workspace) return workspace.error();
  auto receiver = WebhookReceiver::start(
      workspace->secret(), [&](const std::string& body) { report.print_delivery(body); });
  if (!receiver) return receiver.error();
  auto house = build_house(*workspace, options, (*receiver)->port(), live_from);
  if (!house) return house.error();

  const IntervalGrid grid(scenario->detector.interval);
  Stage stage{*scenario, std::move(*workspace), std::move(*house),
              grid.index_of(scenario->rows.back().time)};
  report.line("bellwether demo: " + std::to_string(scenario->rows.size()) +
              " rows of made-up e-commerce data, API at " + stage.house->url() + "/api/v1");
  const auto watched = watch(stage, report);
  if (!watched) return watched.error();
  if (!*watched) return ok();
  report.line(std::to_string(report.group_count()) + " groups, " +
              std::to_string(report.delivery_count()) + " deliveries");
  if (auto printed = report.print_agreement(stage.house->store(), *scenario); !printed)
    return printed;
  if (options.once) return ok();
  report.line("the data is done; the server stays up at " + stage.house->url() +
              " until it is stopped (Ctrl-C)");
  while (wait_for_signal() != Signal::stop) {
  }
  return ok();
}

}  // namespace bellwether::daemon
