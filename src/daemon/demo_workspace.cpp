#include "demo_workspace.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "bellwether/base/ids.hpp"
#include "bellwether/base/private_folder.hpp"

namespace bellwether::daemon {
namespace {

bool write_file(const std::string& path, std::string_view text, std::ios::openmode mode) {
  std::ofstream file(path, std::ios::binary | mode);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  return static_cast<bool>(file.flush());
}

}  // namespace

Result<DemoWorkspace> DemoWorkspace::make(const lab::Scenario& scenario, TimePoint live_from) {
  DemoWorkspace workspace;
  std::error_code failure;
  const auto base = std::filesystem::temp_directory_path(failure);
  if (failure) return unavailable("finding a place for the demo's files: " + failure.message());
  workspace.directory_ = (base / ("bellwether-demo-" + random_uuid())).string();
  if (auto made = make_private_folder(workspace.directory_); !made)
    return while_doing("making '" + workspace.directory_ + "'", made.error());
  workspace.scenario_ = &scenario;
  workspace.secret_ = random_uuid();
  workspace.text_ = lab::write_rows(scenario);
  workspace.next_byte_ =
      workspace.text_.find('\n') + 1;  // The header is written with the first rows.
  const bool written =
      write_file(workspace.directory_ + "/secret", workspace.secret_, std::ios::trunc) &&
      write_file(workspace.directory_ + "/rows.csv",
                 std::string_view(workspace.text_).substr(0, workspace.next_byte_),
                 std::ios::trunc);
  if (!written) return unavailable("writing to '" + workspace.directory_ + "'");
  workspace.append_rows(live_from);
  return workspace;
}

DemoWorkspace::DemoWorkspace(DemoWorkspace&& other) noexcept
    : scenario_(other.scenario_),
      directory_(std::exchange(other.directory_, {})),
      secret_(std::move(other.secret_)),
      text_(std::move(other.text_)),
      next_row_(other.next_row_),
      next_byte_(other.next_byte_) {}

DemoWorkspace::~DemoWorkspace() {
  std::error_code ignored;
  if (!directory_.empty()) std::filesystem::remove_all(directory_, ignored);
}

bool DemoWorkspace::append_rows(TimePoint now) {
  const std::size_t begin = next_byte_;
  for (; next_row_ < scenario_->rows.size() && scenario_->rows[next_row_].time < now; ++next_row_)
    next_byte_ = text_.find('\n', next_byte_) + 1;
  if (next_byte_ > begin)
    write_file(directory_ + "/rows.csv", std::string_view(text_).substr(begin, next_byte_ - begin),
               std::ios::app);
  return next_row_ < scenario_->rows.size();
}

std::string DemoWorkspace::config(std::uint16_t port, std::uint16_t receiver_port,
                                  TimePoint clock_start, double speed, bool follow) const {
  std::ostringstream yaml;
  yaml << "server: { listen: \"127.0.0.1:" << port << "\" }\n"
       << "store:  { path: \"" << directory_ << "/data\", retention: 4000d }\n"
       << "clock:  { mode: replay, start: " << to_rfc3339(clock_start) << ", speed: " << speed
       << " }\n"
       << "log:    { level: warning }\n"
       << "detectors:\n"
       << "  - name: " << scenario_->detector.name << "\n"
       << "    interval: " << to_string(scenario_->detector.interval) << "\n"
       << "    timestamp: { column: " << scenario_->detector.timestamp.column << ", format: \""
       << scenario_->detector.timestamp.format << "\" }\n"
       << "    measures:\n";
  for (const auto& measure : scenario_->detector.measures)
    yaml << "      - { column: " << measure.column
         << ", aggregate: " << to_string(measure.aggregate) << " }\n";
  yaml << "    dimensions:\n";
  for (const auto& dimension : scenario_->detector.dimensions)
    yaml << "      - " << dimension << "\n";
  yaml
      << "    source: { file: { path: \"" << directory_
      << "/rows.csv\", follow: " << (follow ? "true" : "false") << " } }\n"
      << "sinks:\n"
      << "  - { name: demo, webhook: { url: \"http://127.0.0.1:" << receiver_port
      << "/\", secret_file: \"" << directory_ << "/secret\" } }\n"
      << "alerts:\n"
      << "  - { name: anything-severe, detector: " << scenario_->detector.name
      << ", severity: 85, sinks: [ demo ] }\n"
      << "  - { name: revenue-drops, detector: " << scenario_->detector.name
      << ", severity: 70, direction: down, filters: { measures: [ revenue ] }, sinks: [ demo ] }\n";
  return yaml.str();
}

}  // namespace bellwether::daemon
