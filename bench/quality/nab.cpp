#include "nab.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <stdexcept>

#include <date/date.h>
#include <nlohmann/json.hpp>

namespace bellwether::quality {
namespace {

using Seconds = std::chrono::sys_seconds;

constexpr double found_weight = 1;
constexpr double missed_weight = 1;
constexpr double false_weight = 0.11;

Seconds parse_time(const std::string& text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  const int found =
      std::sscanf(text.c_str(), "%d-%u-%u %d:%d:%d", &year, &month, &day, &hour, &minute, &second);
  if (found != 6) throw std::runtime_error("'" + text + "' is no time");
  return std::chrono::sys_days(std::chrono::year(year) / static_cast<int>(month) /
                               static_cast<int>(day)) +
         std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
}

std::vector<std::pair<Seconds, double>> read_rows(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  std::vector<std::pair<Seconds, double>> rows;
  while (std::getline(file, line)) {
    const auto comma = line.find(',');
    if (comma == std::string::npos) continue;
    rows.emplace_back(parse_time(line.substr(0, comma)), std::stod(line.substr(comma + 1)));
  }
  return rows;
}

std::chrono::seconds median_step(const std::vector<std::pair<Seconds, double>>& rows) {
  std::vector<std::chrono::seconds> steps;
  for (std::size_t i = 1; i < rows.size(); ++i) steps.push_back(rows[i].first - rows[i - 1].first);
  std::nth_element(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2),
                   steps.end());
  return std::max(std::chrono::seconds(1), steps[steps.size() / 2]);
}

// A step that does not divide the day has no grid of its own: the next shorter one that does.
std::chrono::seconds grid_step(std::chrono::seconds step) {
  auto seconds = step.count();
  while (86'400 % seconds != 0) --seconds;
  return std::chrono::seconds(seconds);
}

NabFile read_file(const std::filesystem::path& path, const std::string& name,
                  const nlohmann::json& windows) {
  const auto rows = read_rows(path);
  NabFile file{.name = name, .interval = grid_step(median_step(rows)), .values = {}, .windows = {}};
  const Seconds start = rows.front().first;
  const auto place = [&](Seconds time) { return static_cast<int>((time - start) / file.interval); };
  // Rows out of order or twice in an interval: the last one stands.
  int last = 0;
  for (const auto& row : rows) last = std::max(last, place(row.first));
  file.values.assign(static_cast<std::size_t>(last) + 1, std::numeric_limits<double>::quiet_NaN());
  for (const auto& [time, value] : rows)
    if (time >= start) file.values[static_cast<std::size_t>(place(time))] = value;
  for (const auto& window : windows)
    file.windows.push_back({place(parse_time(window[0].get<std::string>().substr(0, 19))),
                            place(parse_time(window[1].get<std::string>().substr(0, 19)))});
  const auto count = static_cast<double>(rows.size());
  const auto probation_rows = static_cast<std::size_t>(std::min(0.15 * count, 750.0));
  file.probation = place(rows[probation_rows].first);
  return file;
}

double sigmoid(double position) { return 2 / (1 + std::exp(5 * position)) - 1; }

/// What a detection is worth: in a window up to 1, the earlier the more; after one ever less down
/// to a whole false alarm.
struct Worth {
  double score = 0;  ///< Of the detector.
  double value = 0;
  int window = -1;  ///< Only the first detection in one counts.
};

Worth worth_of(const NabFile& file, const Detection& detection) {
  Worth worth{.score = detection.score};
  const Window* before = nullptr;
  for (std::size_t k = 0; k < file.windows.size(); ++k) {
    const Window& window = file.windows[k];
    if (detection.point > window.end) {
      before = &window;
      continue;
    }
    if (detection.point < window.begin) break;
    const double width = window.end - window.begin + 1;
    const double position = -(window.end - detection.point + 1) / width;
    worth.value = found_weight * sigmoid(position) / sigmoid(-1);
    worth.window = static_cast<int>(k);
    return worth;
  }
  if (before == nullptr) {
    worth.value = -false_weight;
    return worth;
  }
  const double width = std::max(1, before->end - before->begin);
  const double position = (detection.point - before->end) / width;
  worth.value = false_weight * (position > 3 ? -1 : sigmoid(position));
  return worth;
}

}  // namespace

std::vector<NabFile> read_nab(const std::string& root, const std::vector<std::string>& folders) {
  std::ifstream file(root + "/combined_windows.json");
  if (!file) throw std::runtime_error(root + " holds no combined_windows.json");
  const auto windows = nlohmann::json::parse(file);
  std::vector<NabFile> files;
  for (const std::string& folder : folders) {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(root + "/" + folder))
      if (entry.path().extension() == ".csv") paths.push_back(entry.path());
    std::sort(paths.begin(), paths.end());
    for (const auto& path : paths) {
      const std::string name = folder + "/" + path.filename().string();
      files.push_back(read_file(path, name, windows.at(name)));
    }
  }
  return files;
}

double nab_score(const std::vector<NabFile>& files,
                 const std::vector<std::vector<Detection>>& detections) {
  double window_count = 0;
  std::vector<std::pair<std::size_t, Worth>> all;
  for (std::size_t f = 0; f < files.size(); ++f) {
    window_count += static_cast<double>(files[f].windows.size());
    for (const Detection& detection : detections[f])
      if (detection.point >= files[f].probation) all.emplace_back(f, worth_of(files[f], detection));
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& left, const auto& right) {
    return left.second.score > right.second.score;
  });

  // From the highest threshold down; a window's worth is that of its best detection so far, which
  // is its earliest one.
  std::map<std::pair<std::size_t, int>, double> in_windows;
  double sum = -missed_weight * window_count;
  double best = sum;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& [f, worth] = all[i];
    if (worth.window < 0) {
      sum += worth.value;
    } else {
      const auto [at, is_first] = in_windows.try_emplace({f, worth.window}, -missed_weight);
      const double better = std::max(at->second, worth.value);
      sum += better - at->second;
      at->second = better;
    }
    const bool ends_threshold = i + 1 == all.size() || all[i + 1].second.score < worth.score;
    if (ends_threshold) best = std::max(best, sum);
  }
  const double nothing = -missed_weight * window_count;
  const double perfect = found_weight * window_count;
  return 100 * (best - nothing) / (perfect - nothing);
}

}  // namespace bellwether::quality
