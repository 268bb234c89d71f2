#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/kafka_source_spec.hpp"
#include "bellwether/domain/quality.hpp"

namespace bellwether::ingest {

/// A message that could not be read whole, and why.
struct DeadLetter {
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::string key;
  std::string value;
  RowFault fault = RowFault::unreadable;
  std::string reason;
};

/// Sends messages that could not be read to a topic of their own: key and value as they were, and
/// headers that say where each came from and what is wrong with it. One too large for the topic is
/// sent without its value.
///
/// Threads  one caller.
class KafkaDeadLetters {
 public:
  virtual ~KafkaDeadLetters() = default;

  virtual void add(DeadLetter letter) = 0;

  /// Until every letter that was added is in the topic, at most for `wait`. To be called again
  /// until it succeeds: what is not there yet is kept.
  virtual Result<void> deliver(std::chrono::milliseconds wait) = 0;

  virtual std::uint64_t delivered() const = 0;
};

Result<std::unique_ptr<KafkaDeadLetters>> open_dead_letters(const KafkaSourceSpec& kafka,
                                                            std::string detector);

}  // namespace bellwether::ingest
