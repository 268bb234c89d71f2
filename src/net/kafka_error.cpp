#include "bellwether/net/kafka_error.hpp"

#include <librdkafka/rdkafka.h>

#include "bellwether/base/log.hpp"

namespace bellwether::net {
namespace {

constexpr int syslog_error = 3;
constexpr int syslog_info = 6;

/// From here on librdkafka's SCRAM is what RFC 5802 says; brokers of Kafka 4.0 insist on it.
constexpr int first_version_of_sound_scram = 0x0206'01ff;

/// Whether a broker refused a log-in that it might take from a newer librdkafka.
bool may_be_old_scram(int code, std::string_view detail) {
  return code == RD_KAFKA_RESP_ERR__AUTHENTICATION &&
         rd_kafka_version() < first_version_of_sound_scram &&
         detail.find("SCRAM") != std::string_view::npos;
}

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
  if (may_be_old_scram(code, detail))
    sentence
        .append(
            "; if the password is right: brokers of Kafka 4.0 and newer refuse SCRAM of "
            "librdkafka before 2.6.1, and this one is ")
        .append(rd_kafka_version_str())
        .append(": use another mechanism, or a newer librdkafka");
  return sentence;
}

}  // namespace bellwether::net
