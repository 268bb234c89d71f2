#include <filesystem>
#include <fstream>

#include "bellwether/document/spec_documents.hpp"
#include "bellwether/lab/scenario.hpp"

#include "commands.hpp"
#include "exit_code.hpp"
#include "write_yaml.hpp"

namespace bellwether::cli {
namespace {

using document::Node;
using std::filesystem::path;

Result<void> write_file(const path& file, const std::string& text) {
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream << text << std::flush;
  if (!stream) return invalid_input("cannot write '" + file.string() + "'");
  return ok();
}

/// A configuration that `backtest` and `serve` take as it is.
std::string write_config(const lab::Scenario& scenario, const path& directory,
                         const std::string& rows) {
  auto detector = scenario.detector;
  FileSourceSpec source;
  source.historical = {std::filesystem::absolute(directory / rows).lexically_normal().string()};
  if (scenario.is_json) source.format = JsonFormat{};
  detector.source = source;
  Node config;
  config.set("detectors", Node(Node::List{document::write_detector(detector)}));
  return "# The made-up rows beside this file.\n" + to_yaml(config);
}

Result<void> write_scenario(const SynthArguments& arguments, std::ostream& out) {
  const auto scenario = lab::make_scenario(arguments.scenario, arguments.seed);
  if (!scenario) return scenario.error();
  const path directory(arguments.directory);
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  if (failed)
    return invalid_input("cannot make directory '" + arguments.directory +
                         "': " + failed.message());

  const std::string rows = scenario->is_json ? "rows.jsonl" : "rows.csv";
  const std::pair<std::string, std::string> files[] = {
      {rows, lab::write_rows(*scenario)},
      {"labels.csv", lab::write_labels(*scenario)},
      {"bellwether.yaml", write_config(*scenario, directory, rows)}};
  for (const auto& [name, text] : files) {
    if (auto written = write_file(directory / name, text); !written) return written;
    out << (directory / name).string() << "  " << text.size() << " bytes\n";
  }
  out << scenario->rows.size() << " rows; try: bellwether backtest --config "
      << (directory / "bellwether.yaml").string() << " --labels "
      << (directory / "labels.csv").string() << " " << (directory / rows).string() << '\n';
  return ok();
}

}  // namespace

int synth(const SynthArguments& arguments, const Console& console) {
  const auto written = write_scenario(arguments, console.out);
  return written ? exit_ok : report(console, written.error());
}

}  // namespace bellwether::cli
