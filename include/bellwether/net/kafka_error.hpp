#pragma once

#include <string>
#include <string_view>

namespace bellwether::net {

/// A complaint of librdkafka's log as a line of ours.
///
/// Threads  any: librdkafka calls it from its own.
void log_kafka(int syslog_level, std::string_view facility, std::string_view text);

/// A sentence for people: what librdkafka calls the error, and what a broker said beside it.
std::string kafka_sentence(int code, std::string_view detail);

}  // namespace bellwether::net
