#include "bellwether/config/load_settings.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <optional>
#include <utility>

#include "bellwether/document/section.hpp"
#include "bellwether/document/spec_documents.hpp"
#include "bellwether/domain/text_bounds.hpp"
#include "bellwether/ingest/row_reader.hpp"
#include "bellwether/ingest/source.hpp"
#include "bellwether/net/kafka_conf.hpp"
#include "bellwether/sinks/sink.hpp"

#include "aws_section.hpp"
#include "cross_checks.hpp"
#include "load_yaml.hpp"
#include "server_section.hpp"

namespace bellwether::config {
namespace {

using document::Node;
using document::Section;

std::optional<ClockMode> parse_clock_mode(std::string_view text) {
  if (text == "system") return ClockMode::system;
  if (text == "replay") return ClockMode::replay;
  return std::nullopt;
}

std::optional<LogLevel> parse_log_level(std::string_view text) {
  if (text == "debug") return LogLevel::debug;
  if (text == "info") return LogLevel::info;
  if (text == "warning") return LogLevel::warning;
  if (text == "error") return LogLevel::error;
  return std::nullopt;
}

std::optional<LogFormat> parse_log_format(std::string_view text) {
  if (text == "text") return LogFormat::text;
  if (text == "json") return LogFormat::json;
  return std::nullopt;
}

store::StoreSettings read_store(Section& section) {
  store::StoreSettings store;
  section.optional("path", store.path);
  section.optional("retention", store.retention);
  section.optional("inbox_bytes", store.inbox_bytes);
  section.refuse_unknown_keys();
  section.add(validate(store));
  return store;
}

ClockSettings read_clock(Section& section) {
  ClockSettings clock;
  section.choice("mode", clock.mode, parse_clock_mode, "system or replay");
  const bool has_start = section.optional("start", clock.start);
  const bool has_speed = section.optional("speed", clock.speed);
  section.refuse_unknown_keys();
  if (clock.mode == ClockMode::replay) {
    if (!has_start && !section.has("start"))
      section.missing("start", "replay begins at a time, such as 2026-03-01T00:00:00Z");
    if (!has_speed && !section.has("speed"))
      section.missing("speed", "say how many times as fast as real time, such as 3600");
  } else {
    for (const char* key : {"start", "speed"})
      if (section.has(key)) section.problem(key, "has a meaning only with mode: replay");
  }
  section.add(validate(clock));
  return clock;
}

LogSettings read_log(Section& section) {
  LogSettings log;
  section.choice("level", log.level, parse_log_level, "debug, info, warning or error");
  section.choice("format", log.format, parse_log_format, "text or json");
  section.refuse_unknown_keys();
  return log;
}

pipeline::MemorySettings read_memory(Section& section) {
  pipeline::MemorySettings memory;
  section.optional("budget_bytes", memory.budget_bytes);
  section.refuse_unknown_keys();
  section.add(validate(memory));
  return memory;
}

AlertLimits read_alert_limits(Section& section) {
  AlertLimits limits;
  const auto read = [&](const char* key, std::size_t& limit) {
    std::uint64_t number = 0;
    if (!section.optional(key, number)) return;
    if (number == 0) section.problem(key, "must be at least 1");
    limit = number;
  };
  read("measures", limits.measures);
  read("dimensions", limits.dimensions);
  read("values", limits.values);
  section.refuse_unknown_keys();
  return limits;
}

DetectorSpec read_whole_detector(Section& section) {
  DetectorSpec detector = document::read_detector(section);
  section.add(validate_texts(detector));
  section.add(ingest::validate_timestamp(detector.timestamp));
  section.add(ingest::validate_source(detector.source));
  return detector;
}

ConnectionSpec read_whole_connection(Section& section) {
  ConnectionSpec connection = document::read_connection(section);
  if (const auto* kafka = std::get_if<KafkaConnection>(&connection.target))
    for (Problem& problem :
         net::validate_kafka_properties(kafka->properties, kafka->secret_properties)) {
      problem.field.insert(0, "kafka.");
      section.add({std::move(problem)});
    }
  return connection;
}

SinkSpec read_whole_sink(Section& section) {
  SinkSpec sink = document::read_sink(section);
  section.add(sinks::validate_target(sink.target));
  return sink;
}

void read_root(Section& root, const Problems& problems, Settings& settings) {
  std::vector<AccessKey> access_keys;
  root.child("server", [&](Section& child) { settings.server = read_server(child, access_keys); });
  root.child("store", [&](Section& child) { settings.store = read_store(child); });
  root.child("clock", [&](Section& child) { settings.clock = read_clock(child); });
  root.child("log", [&](Section& child) { settings.log = read_log(child); });
  root.child("memory", [&](Section& child) { settings.memory = read_memory(child); });
  root.child("aws", [&](Section& child) { settings.aws = read_aws(child); });
  settings.aws.access_keys = std::move(access_keys);
  root.children("connections", [&](Section& child) {
    settings.connections.push_back(read_whole_connection(child));
  });
  std::vector<bool> sound_detectors;
  root.children("detectors", [&](Section& child) {
    const std::size_t before = problems.size();
    settings.detectors.push_back(read_whole_detector(child));
    sound_detectors.push_back(problems.size() == before);
  });
  root.children("sinks", [&](Section& child) { settings.sinks.push_back(read_whole_sink(child)); });
  root.child("alert_limits",
             [&](Section& child) { settings.alert_limits = read_alert_limits(child); });
  root.children("alerts",
                [&](Section& child) { settings.alerts.push_back(document::read_alert(child)); });
  root.refuse_unknown_keys();
  root.add(cross_check(settings, sound_detectors));
}

/// As the file has them; those of one place stay in the order they were found.
void sort_by_place(Problems& problems) {
  std::multimap<std::pair<int, int>, Problem> sorted;
  for (Problem& problem : problems)
    sorted.emplace(std::pair(problem.line, problem.column), std::move(problem));
  problems.clear();
  for (auto& [place, problem] : sorted) problems.push_back(std::move(problem));
}

}  // namespace

Problems validate(const ClockSettings& settings) {
  if (settings.mode == ClockMode::replay && !(settings.speed > 0))
    return {{"speed", "must be greater than zero", 0, 0}};
  return {};
}

LoadedSettings read_settings(std::string_view text) {
  LoadedSettings loaded;
  const Node node = load_yaml(text, loaded.problems);
  Section root(node, "", loaded.problems);
  // A text that is no YAML has nothing in it that could be right or wrong.
  if (!node.is_null() || loaded.problems.empty()) read_root(root, loaded.problems, loaded.settings);
  sort_by_place(loaded.problems);
  return loaded;
}

LoadedSettings load_settings(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text;
  std::array<char, 65'536> piece{};
  while (file.read(piece.data(), piece.size()) || file.gcount() > 0)
    text.append(piece.data(), static_cast<std::size_t>(file.gcount()));
  // A folder can be opened, too, and only fails when it is read.
  if (!file.is_open() || file.bad()) {
    const std::string reason = errno != 0 ? std::strerror(errno) : "unknown reason";
    return {{}, {{"", "cannot be read: " + reason, 0, 0}}};
  }
  return read_settings(text);
}

std::string to_line(const Problem& problem, std::string_view file) {
  std::string line(file);
  if (problem.line > 0)
    line.append(":")
        .append(std::to_string(problem.line))
        .append(":")
        .append(std::to_string(problem.column));
  line += ": ";
  if (!problem.field.empty()) line.append(problem.field).append(": ");
  return line + problem.message;
}

std::set<std::string> known_paths() {
  const Node nothing;
  Problems ignored;
  std::set<std::string> paths;
  Settings settings;
  Section root(nothing, "", ignored, &paths);
  read_root(root, ignored, settings);
  return paths;
}

}  // namespace bellwether::config
