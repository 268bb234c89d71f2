#include "bellwether/net/kafka_error.hpp"

#include <librdkafka/rdkafka.h>

#include "bellwether/base/log.hpp"

namespace bellwether::net {
namespace {

constexpr int syslog_error = 3;
constexpr int syslog_info = 6;

}  // namespace

void log_kafka(int syslog_level, std::string_view facility, std::string_view text) {
  // A broker that cannot be reached is told of by the source, once, and not every second; that a
  // producer has no use for a consumer's property is of no use to anyone.
  const bool is_noise = facility == "FAIL" || facility == "ERROR" || facility == "CONFWARN";
  const LogLevel level = is_noise || syslog_level > syslog_info ? LogLevel::debug
                         : syslog_level <= syslog_error         ? LogLevel::warning
                                                                : LogLevel::info;
  log(level, "kafka", text, {{"facility", std::string(facility)}});
}

std::string kafka_sentence(int code, std::string_view detail) {
  std::string sentence = rd_kafka_err2str(static_cast<rd_kafka_resp_err_t>(code));
  if (!detail.empty() && detail != sentence) sentence.append(": ").append(detail);
  return sentence;
}

}  // namespace bellwether::net
