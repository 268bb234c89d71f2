#include "bellwether/base/log.hpp"

#include <atomic>
#include <memory>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "bellwether/base/printable_text.hpp"

namespace bellwether {
namespace {

std::atomic<LogFormat> line_format = LogFormat::text;

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = std::make_shared<spdlog::logger>("bellwether",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
    made->flush_on(spdlog::level::debug);
    return made;
  }();
  return *instance;
}

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

// Messages and values quote what comes from outside, so both forms of a line go through
// `printable_text`: whoever reads the log may do so on a terminal.

void append_json_string(std::string& line, std::string_view text) {
  line += '"';
  for (const char c : printable_text(text)) {
    if (c == '"' || c == '\\') line += '\\';
    line += c;
  }
  line += '"';
}

void append_plain(std::string& line, std::string_view text) { line += printable_text(text); }

}  // namespace

void configure_log(const LogSettings& settings) {
  line_format = settings.format;
  logger().set_level(to_spdlog(settings.level));
  logger().set_pattern(settings.format == LogFormat::json
                           ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})"
                           : "%Y-%m-%dT%H:%M:%S.%eZ %l %v",
                       spdlog::pattern_time_type::utc);
}

void log(LogLevel level, std::string_view part, std::string_view message,
         std::initializer_list<LogField> fields) {
  if (!logger().should_log(to_spdlog(level))) return;
  std::string line;
  if (line_format == LogFormat::json) {
    line.append("\"part\":");
    append_json_string(line, part);
    line.append(",\"message\":");
    append_json_string(line, message);
    for (const LogField& field : fields) {
      line += ',';
      append_json_string(line, field.name);
      line += ':';
      append_json_string(line, field.value);
    }
  } else {
    line.append(part).append(": ");
    append_plain(line, message);
    for (const LogField& field : fields) {
      line.append(" ").append(field.name).append("=");
      append_plain(line, field.value);
    }
  }
  logger().log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace bellwether
