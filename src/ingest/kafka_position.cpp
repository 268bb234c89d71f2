#include "kafka_position.hpp"

#include <charconv>
#include <chrono>

namespace bellwether::ingest {
namespace {

constexpr std::string_view beginning = "kafka 1 ";

template <class Number>
std::optional<Number> whole(std::string_view text) {
  Number number{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::string to_text(const KafkaPosition& position) {
  std::string text(beginning);
  text += std::to_string(position.offset) + " ";
  return text +
         (position.newest ? std::to_string(position.newest->time_since_epoch().count()) : "-");
}

Result<KafkaPosition> parse_kafka_position(std::string_view text) {
  const auto fail = [&] {
    return corrupt("'" + std::string(text) + "' is no position in a Kafka partition; it would be " +
                   "'kafka 1 OFFSET TIME'");
  };
  if (!text.starts_with(beginning)) return fail();
  const std::string_view rest = text.substr(beginning.size());
  const std::size_t blank = rest.find(' ');
  if (blank == std::string_view::npos) return fail();
  const auto offset = whole<std::int64_t>(rest.substr(0, blank));
  if (!offset || *offset < 0) return fail();
  KafkaPosition position{.offset = *offset, .newest = std::nullopt};
  const std::string_view newest = rest.substr(blank + 1);
  if (newest == "-") return position;
  const auto count = whole<TimePoint::rep>(newest);
  if (!count) return fail();
  position.newest = TimePoint(Duration(*count));
  return position;
}

std::string stream_of(std::string_view topic, std::int32_t partition) {
  return std::string(topic) + "/" + std::to_string(partition);
}

std::optional<std::int32_t> partition_of(std::string_view topic, std::string_view stream) {
  if (!stream.starts_with(topic)) return std::nullopt;
  stream.remove_prefix(topic.size());
  if (!stream.starts_with('/')) return std::nullopt;
  return whole<std::int32_t>(stream.substr(1));
}

}  // namespace bellwether::ingest
