#include "bellwether/cli/run.hpp"

#include <functional>
#include <memory>
#include <string_view>

#include <CLI/CLI.hpp>

#include "bellwether/base/version.hpp"

#include "commands.hpp"
#include "exit_code.hpp"

namespace bellwether::cli {
namespace {

/// Everything a command line can say, and what it chose to have done.
struct CommandLine {
  std::string config;
  std::string data;
  std::string copy;
  daemon::DemoOptions demo;
  BacktestArguments backtest;
  SynthArguments synth;
  ClientOptions client;
  DetectorsArguments detectors;
  AnomaliesArguments anomalies;
  AlertsArguments alerts;

  std::function<int(const Console&)> chosen;
};

Transport over_the_network() {
  auto client = std::make_shared<net::HttpClient>();  // Shared by the copies of the function.
  return [client](const net::HttpRequest& request) { return client->send(request); };
}

void add_server_commands(CLI::App& app, CommandLine& line) {
  auto* serve_command = app.add_subcommand("serve", "Run the server until SIGTERM");
  serve_command->add_option("--config", line.config, "YAML configuration")->required();
  serve_command->callback(
      [&line] { line.chosen = [&line](const Console& c) { return serve(line.config, c); }; });
  serve_command->footer("SIGHUP reads the configuration again; a bad one is refused whole.");

  auto* check_command =
      app.add_subcommand("check", "Check a configuration without starting anything");
  check_command->add_option("--config", line.config, "YAML configuration")->required();
  check_command->callback(
      [&line] { line.chosen = [&line](const Console& c) { return check(line.config, c); }; });

  auto* health_command =
      app.add_subcommand("health", "Ask the running server of a configuration whether it is alive");
  health_command->add_option("--config", line.config, "Its YAML configuration")->required();
  health_command->callback([&line] {
    line.chosen = [&line](const Console& c) { return health(line.config, over_the_network(), c); };
  });
  health_command->footer("Exit code 0: it is; 1: it is not, or cannot be asked. Sends no token.");

  auto* demo_command = app.add_subcommand(
      "demo", "Watch it find made-up anomalies in made-up e-commerce data; needs nothing");
  demo_command->add_flag("--once", line.demo.once,
                         "Exit when the data is done, after precision, recall and F1");
  demo_command->add_option("--port", line.demo.port, "Port on loopback; 0 takes any free one")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  demo_command->add_option("--seed", line.demo.seed, "Another seed makes other data")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  demo_command->callback(
      [&line] { line.chosen = [&line](const Console& c) { return demo(line.demo, c); }; });
}

void add_history_commands(CLI::App& app, CommandLine& line) {
  auto& arguments = line.backtest;
  auto* command = app.add_subcommand("backtest", "Run a detector over history files");
  command->add_option("--config", arguments.config, "YAML configuration with the detector")
      ->required();
  command->add_option("--detector", arguments.detector,
                      "Its name; may be left out where there is only one");
  command->add_option("--labels", arguments.labels,
                      "CSV of the rows with <measure>_label columns of 0 or 1");
  command
      ->add_option("--output", arguments.output,
                   "File for the anomaly groups, one JSON document per line; - is standard "
                   "output")
      ->capture_default_str();
  command->add_option("--points", arguments.points, "File for every score, as CSV");
  command->add_option("--workers", arguments.workers, "Threads that score")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command->add_option("INPUT", arguments.inputs, "Files or globs: CSV or JSON lines, plain or gzip")
      ->required();
  command->callback(
      [&line] { line.chosen = [&line](const Console& c) { return backtest(line.backtest, c); }; });

  auto* synth_command = app.add_subcommand("synth", "Write made-up data with labelled anomalies");
  synth_command->add_option("--scenario", line.synth.scenario, "ecommerce, airquality or adtech")
      ->required();
  synth_command->add_option("--seed", line.synth.seed, "The same seed gives the same rows")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  synth_command->add_option("--out", line.synth.directory, "Directory; made if need be")
      ->required();
  synth_command->callback(
      [&line] { line.chosen = [&line](const Console& c) { return synth(line.synth, c); }; });
}

void add_store_commands(CLI::App& app, CommandLine& line) {
  auto* verify_command =
      app.add_subcommand("verify", "Read a whole store and say what is wrong with it");
  verify_command->add_option("--data", line.data, "The store's directory")->required();
  verify_command->callback(
      [&line] { line.chosen = [&line](const Console& c) { return verify(line.data, c); }; });

  auto* backup_command = app.add_subcommand("backup", "Copy a store, also of a running server");
  backup_command->add_option("--data", line.data, "The store's directory")->required();
  backup_command->add_option("--to", line.copy, "A new or empty directory")->required();
  backup_command->callback([&line] {
    line.chosen = [&line](const Console& c) { return backup(line.data, line.copy, c); };
  });

  auto* restore_command = app.add_subcommand("restore", "Put a backup in the place of a store");
  restore_command->add_option("--from", line.copy, "The backup's directory")->required();
  restore_command->add_option("--data", line.data, "The store's new or empty directory")
      ->required();
  restore_command->callback([&line] {
    line.chosen = [&line](const Console& c) { return restore(line.copy, line.data, c); };
  });
}

/// A group of verbs that asks a running server.
CLI::App* add_client(CLI::App& app, CommandLine& line, const std::string& name,
                     const std::string& description) {
  auto* group = app.add_subcommand(name, description);
  group->require_subcommand(1);
  group->add_option("--server", line.client.server.url, "Where the server listens")
      ->envname("BELLWETHER_SERVER")
      ->capture_default_str();
  group->add_option("--token-file", line.client.server.token_file, "File that holds the token");
  group->add_option("--token-env", line.client.server.token_env, "Variable that holds the token")
      ->capture_default_str();
  group->add_flag("--json", line.client.is_json, "The server's own JSON instead of a table");
  return group;
}

/// One verb of a client. The group's options may also stand behind it.
CLI::App* add_verb(CLI::App& group, const std::string& verb, const std::string& description,
                   std::string& chosen_verb) {
  auto* command = group.add_subcommand(verb, description);
  command->fallthrough();
  command->footer("Also: --server, --token-file, --token-env and --json, as in 'bellwether " +
                  group.get_name() + " --help'.");
  command->callback([verb, &chosen_verb] { chosen_verb = verb; });
  return command;
}

void add_detectors(CLI::App& app, CommandLine& line) {
  auto& arguments = line.detectors;
  auto* group = add_client(app, line, "detectors", "Look at a server's detectors, switch them");
  add_verb(*group, "list", "All of them", arguments.verb);
  for (const auto& [verb, description] :
       {std::pair{"show", "One with its configuration and status"},
        std::pair{"activate", "Let it run"}, std::pair{"deactivate", "Let it rest"},
        std::pair{"delete", "Delete it with its data, in a store whose server does not run"}}) {
    auto* command = add_verb(*group, verb, description, arguments.verb);
    command->add_option("NAME", arguments.name, "The detector")->required();
    const bool is_deletion = verb == std::string_view("delete");
    if (!is_deletion && verb != std::string_view("deactivate")) continue;
    auto* data = command->add_option("--data", arguments.data,
                                     "The directory of a store whose server does not run");
    if (is_deletion) data->required();
  }
  group->callback([&line] {
    line.chosen = [&line](const Console& c) {
      if (!line.detectors.data.empty()) return detectors_offline(line.detectors, c);
      return detectors(line.detectors, line.client, over_the_network(), c);
    };
  });
}

void add_anomalies(CLI::App& app, CommandLine& line) {
  auto& arguments = line.anomalies;
  auto* group = add_client(app, line, "anomalies", "Look at what a server has found");
  auto* list = add_verb(*group, "list", "Anomaly groups, newest first", arguments.verb);
  list->add_option("--detector", arguments.detector, "Only of this detector");
  list->add_option("--measure", arguments.measure, "Only with this measure");
  list->add_option("--status", arguments.status, "Only open or closed ones")
      ->check(CLI::IsMember({"open", "closed"}));
  list->add_option("--min-severity", arguments.min_severity, "Only from this severity")
      ->check(CLI::Range(0.0, 100.0));
  list->add_option("--from", arguments.from, "Only from this time, as 2026-03-20T08:00:00Z");
  list->add_option("--to", arguments.to, "Only before this time");
  list->add_option("--limit", arguments.limit, "At most this many")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  add_verb(*group, "show", "One group, explained", arguments.verb)
      ->add_option("ID", arguments.id, "The group's id")
      ->required();
  group->callback([&line] {
    line.chosen = [&line](const Console& c) {
      return anomalies(line.anomalies, line.client, over_the_network(), c);
    };
  });
}

void add_alerts(CLI::App& app, CommandLine& line) {
  auto& arguments = line.alerts;
  auto* group = add_client(app, line, "alerts", "Look at a server's alerts, try them");
  add_verb(*group, "list", "All of them", arguments.verb);
  for (const auto& [verb, description] :
       {std::pair{"show", "One with its filters and sinks"},
        std::pair{"test", "Send a marked sample through the real path"}})
    add_verb(*group, verb, description, arguments.verb)
        ->add_option("NAME", arguments.name, "The alert")
        ->required();
  group->callback([&line] {
    line.chosen = [&line](const Console& c) {
      return alerts(line.alerts, line.client, over_the_network(), c);
    };
  });
}

/// Tells a mistake, and whose help to read: that of the innermost command that was begun.
void tell(const CLI::App& app, const CLI::ParseError& mistake, std::ostream& error) {
  const auto* current = &app;
  std::string name = app.get_name();
  for (auto begun = app.get_subcommands(); !begun.empty(); begun = current->get_subcommands()) {
    current = begun.front();
    name += " " + current->get_name();
  }
  const auto unknown = current->remaining();
  const bool lacks_command = dynamic_cast<const CLI::RequiredError*>(&mistake) != nullptr &&
                             current->get_require_subcommand_min() > 0;
  error << "bellwether: ";
  if (lacks_command && !unknown.empty()) {
    error << "there is no command '" << unknown.front() << "'";
  } else {
    error << mistake.what();
  }
  error << "\nSee '" << name << " --help'.\n";
}

}  // namespace

int run(const std::vector<std::string>& arguments, const Console& console) {
  CommandLine line;
  CLI::App app("Bellwether watches metrics, finds what is not normal and says so.", "bellwether");
  app.set_version_flag("--version", "bellwether " + std::string(version()));
  app.require_subcommand(1);
  add_server_commands(app, line);
  add_history_commands(app, line);
  add_store_commands(app, line);
  add_detectors(app, line);
  add_anomalies(app, line);
  add_alerts(app, line);

  try {
    // The library takes its arguments last one first.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::Success& asked) {
    return app.exit(asked, console.out, console.error);
  } catch (const CLI::ParseError& mistake) {
    tell(app, mistake, console.error);
    return exit_mistake;
  }
  const int code = line.chosen(console);
  console.out.flush();
  return code;
}

}  // namespace bellwether::cli
