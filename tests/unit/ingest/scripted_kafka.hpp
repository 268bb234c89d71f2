#pragma once

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "kafka_consumer.hpp"
#include "kafka_dead_letters.hpp"

namespace bellwether::ingest {

/// What stands in the topic, and what was asked of the consumer. It outlives consumers.
struct ScriptedTopic {
  struct Message {
    KafkaMessage::Kind kind = KafkaMessage::Kind::value;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    std::string value;
    bool is_null = false;
    std::string text;
  };

  void assign(std::vector<std::int32_t> partitions) {
    listener->on_assigned(partitions);
    for (const auto partition : partitions) starts[partition] = listener->start_of(partition);
  }
  void give(std::vector<Message> messages) { polls.push_back(std::move(messages)); }
  void tell_statistics(bool is_up, std::map<std::int32_t, std::int64_t> end_offsets) {
    std::string json = R"({"brokers":{"b":{"nodeid":1,"state":")" +
                       std::string(is_up ? "UP" : "DOWN") +
                       R"("}},"topics":{"orders":{"partitions":{)";
    for (const auto& [partition, end] : end_offsets)
      json += (json.back() == '{' ? "\"" : ",\"") + std::to_string(partition) +
              R"(":{"leader":1,"ls_offset":)" + std::to_string(end) + "}";
    listener->on_statistics(json + "}}}}");
  }

  KafkaConsumer::Listener* listener = nullptr;
  std::deque<std::vector<Message>> polls;
  Result<std::int32_t> partition_count = std::int32_t{1};
  std::map<std::int32_t, std::pair<std::int64_t, std::int64_t>> offsets;
  std::map<std::int32_t, std::int64_t> starts;
  std::vector<std::pair<std::int32_t, std::int64_t>> restarts;
  std::vector<std::pair<std::int32_t, std::int64_t>> commits;
  std::map<std::int32_t, bool> paused;
  std::optional<std::string> fatal;
  int opened = 0;
};

class ScriptedConsumer final : public KafkaConsumer {
 public:
  ScriptedConsumer(ScriptedTopic& topic, Listener& listener) : topic_(topic) {
    topic_.listener = &listener;
    ++topic_.opened;
  }

  std::size_t poll(std::chrono::milliseconds /*wait*/) override {
    messages_.clear();
    if (topic_.polls.empty()) return 0;
    messages_ = std::move(topic_.polls.front());
    topic_.polls.pop_front();
    return messages_.size();
  }
  KafkaMessage message(std::size_t index) const override {
    const auto& one = messages_[index];
    return {.kind = one.kind,
            .partition = one.partition,
            .offset = one.offset,
            .is_null = one.is_null,
            .key = "key",
            .value = one.value,
            .text = one.text};
  }
  std::optional<TimePoint> time_of(std::size_t /*index*/) const override { return std::nullopt; }
  void pause(std::int32_t partition, bool is_paused) override {
    topic_.paused[partition] = is_paused;
  }
  void restart(std::int32_t partition, std::int64_t offset) override {
    topic_.restarts.emplace_back(partition, offset);
  }
  void commit(const std::vector<std::pair<std::int32_t, std::int64_t>>& offsets) override {
    topic_.commits = offsets;
  }
  Result<std::int32_t> count_partitions(std::chrono::milliseconds /*wait*/) override {
    return topic_.partition_count;
  }
  Result<std::pair<std::int64_t, std::int64_t>> find_offsets(
      std::int32_t partition, std::chrono::milliseconds /*wait*/) override {
    return topic_.offsets.at(partition);
  }
  std::optional<std::string> fatal_error() const override { return topic_.fatal; }

 private:
  ScriptedTopic& topic_;
  std::vector<ScriptedTopic::Message> messages_;
};

/// Keeps letters, and delivers them when it is let.
class ScriptedLetters final : public KafkaDeadLetters {
 public:
  struct Post {
    std::vector<DeadLetter> waiting;
    std::vector<DeadLetter> delivered;
    bool is_open = true;
  };

  explicit ScriptedLetters(Post& post) : post_(post) {}

  void add(DeadLetter letter) override { post_.waiting.push_back(std::move(letter)); }
  Result<void> deliver(std::chrono::milliseconds /*wait*/) override {
    if (!post_.waiting.empty() && !post_.is_open) return unavailable("the post is closed");
    for (auto& letter : std::exchange(post_.waiting, {}))
      post_.delivered.push_back(std::move(letter));
    return ok();
  }
  std::uint64_t delivered() const override { return post_.delivered.size(); }

 private:
  Post& post_;
};

}  // namespace bellwether::ingest
