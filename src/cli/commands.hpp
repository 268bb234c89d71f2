#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bellwether/cli/run.hpp"
#include "bellwether/daemon/demo.hpp"

#include "rest_client.hpp"

namespace bellwether::cli {

// One function per command: arguments in, exit code out. Each lives in a file of its own name.

int serve(const std::string& config, const Console& console);

int check(const std::string& config, const Console& console);

int health(const std::string& config, const Transport& transport, const Console& console);

int demo(const daemon::DemoOptions& options, const Console& console);

struct BacktestArguments {
  std::string config;
  std::string detector;  ///< May be empty where the configuration has only one.
  std::optional<std::string> labels;
  std::string output = "-";  ///< `-` is standard output.
  std::optional<std::string> points;
  std::size_t workers = 1;
  std::vector<std::string> inputs;
};
int backtest(const BacktestArguments& arguments, const Console& console);

struct SynthArguments {
  std::string scenario;
  std::uint64_t seed = 1;
  std::string directory;
};
int synth(const SynthArguments& arguments, const Console& console);

int verify(const std::string& data, const Console& console);
int backup(const std::string& data, const std::string& to, const Console& console);
int restore(const std::string& from, const std::string& data, const Console& console);

/// How a client command shows what it got.
struct ClientOptions {
  ServerAddress server;
  bool is_json = false;
};

struct DetectorsArguments {
  std::string verb;  ///< list, show, activate, deactivate or delete.
  std::string name;
  std::string data;  ///< The store's directory, where no server is asked.
};
int detectors(const DetectorsArguments& arguments, const ClientOptions& options,
              const Transport& transport, const Console& console);

/// Gives an order to a store whose server does not run, for the next start.
int detectors_offline(const DetectorsArguments& arguments, const Console& console);

struct AnomaliesArguments {
  std::string verb;  ///< list or show.
  std::string id;
  std::string detector;
  std::string measure;
  std::string status;
  std::string from;
  std::string to;
  std::optional<double> min_severity;
  std::size_t limit = 50;
};
int anomalies(const AnomaliesArguments& arguments, const ClientOptions& options,
              const Transport& transport, const Console& console);

struct AlertsArguments {
  std::string verb;  ///< list, show or test.
  std::string name;
};
int alerts(const AlertsArguments& arguments, const ClientOptions& options,
           const Transport& transport, const Console& console);

}  // namespace bellwether::cli
