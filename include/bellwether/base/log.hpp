#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace bellwether {

enum class LogLevel { debug, info, warning, error };
enum class LogFormat { text, json };

struct LogSettings {
  LogLevel level = LogLevel::info;
  LogFormat format = LogFormat::text;
};

/// One fact beside a message: `{"detector", name}`. Never a secret.
struct LogField {
  std::string_view name;
  std::string value;
};

/// Sets level and format for the whole process; lines go to standard error.
void configure_log(const LogSettings& settings);

/// Writes one line about `part` of the house ("store", "outbox", ...).
///
/// Threads  any.
void log(LogLevel level, std::string_view part, std::string_view message,
         std::initializer_list<LogField> fields = {});

inline void log_info(std::string_view part, std::string_view message,
                     std::initializer_list<LogField> fields = {}) {
  log(LogLevel::info, part, message, fields);
}
inline void log_warning(std::string_view part, std::string_view message,
                        std::initializer_list<LogField> fields = {}) {
  log(LogLevel::warning, part, message, fields);
}
inline void log_error(std::string_view part, std::string_view message,
                      std::initializer_list<LogField> fields = {}) {
  log(LogLevel::error, part, message, fields);
}

}  // namespace bellwether
