#include "kafka_consumer.hpp"

#include <array>

#include <librdkafka/rdkafka.h>

#include "bellwether/net/kafka_error.hpp"

#include "kafka_properties.hpp"

namespace bellwether::ingest {
namespace {

struct Free {
  void operator()(rd_kafka_topic_partition_list_t* list) const {
    rd_kafka_topic_partition_list_destroy(list);
  }
  void operator()(rd_kafka_error_t* error) const { rd_kafka_error_destroy(error); }
  void operator()(rd_kafka_queue_t* queue) const { rd_kafka_queue_destroy(queue); }
  void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
  void operator()(const struct rd_kafka_metadata* metadata) const {
    rd_kafka_metadata_destroy(metadata);
  }
};
using PartitionList = std::unique_ptr<rd_kafka_topic_partition_list_t, Free>;
using ErrorPtr = std::unique_ptr<rd_kafka_error_t, Free>;

PartitionList make_list(std::size_t size) {
  return PartitionList(rd_kafka_topic_partition_list_new(static_cast<int>(size)));
}

int milliseconds_of(std::chrono::milliseconds wait) { return static_cast<int>(wait.count()); }

class LibrdkafkaConsumer final : public KafkaConsumer, private net::KafkaPeers {
 public:
  LibrdkafkaConsumer(const KafkaSourceSpec& kafka, Listener& listener)
      : KafkaPeers(kafka.brokers, kafka.allow_hosts), topic_(kafka.topic), listener_(listener) {}
  ~LibrdkafkaConsumer() override;
  LibrdkafkaConsumer(const LibrdkafkaConsumer&) = delete;
  LibrdkafkaConsumer& operator=(const LibrdkafkaConsumer&) = delete;

  Result<void> join(net::KafkaConf conf);

  std::size_t poll(std::chrono::milliseconds wait) override;
  KafkaMessage message(std::size_t index) const override;
  std::optional<TimePoint> time_of(std::size_t index) const override;
  void pause(std::int32_t partition, bool is_paused) override;
  void restart(std::int32_t partition, std::int64_t offset) override;
  void commit(const std::vector<std::pair<std::int32_t, std::int64_t>>& offsets) override;
  Result<std::int32_t> count_partitions(std::chrono::milliseconds wait) override;
  Result<std::pair<std::int64_t, std::int64_t>> find_offsets(
      std::int32_t partition, std::chrono::milliseconds wait) override;
  std::optional<std::string> fatal_error() const override;

 private:
  static LibrdkafkaConsumer& self(void* opaque) {
    return *static_cast<LibrdkafkaConsumer*>(static_cast<net::KafkaPeers*>(opaque));
  }
  void rebalance(rd_kafka_resp_err_t event, rd_kafka_topic_partition_list_t& partitions);
  void complain(ErrorPtr error);
  PartitionList list_of(std::int32_t partition, std::int64_t offset) const;
  void drop_messages();

  std::string topic_;
  Listener& listener_;
  rd_kafka_t* handle_ = nullptr;
  std::unique_ptr<rd_kafka_queue_t, Free> queue_;
  std::unique_ptr<rd_kafka_topic_t, Free> topic_handle_;
  std::array<rd_kafka_message_t*, most_messages> messages_{};
  std::size_t count_ = 0;
};

LibrdkafkaConsumer::~LibrdkafkaConsumer() {
  if (handle_ == nullptr) return;
  drop_messages();
  rd_kafka_consumer_close(handle_);
  queue_.reset();
  topic_handle_.reset();
  rd_kafka_destroy(handle_);
}

Result<void> LibrdkafkaConsumer::join(net::KafkaConf conf) {
  rd_kafka_conf_set_opaque(conf.get(), static_cast<net::KafkaPeers*>(this));
  guard(conf);
  rd_kafka_conf_set_rebalance_cb(conf.get(),
                                 [](rd_kafka_t* /*handle*/, rd_kafka_resp_err_t event,
                                    rd_kafka_topic_partition_list_t* partitions,
                                    void* opaque) { self(opaque).rebalance(event, *partitions); });
  rd_kafka_conf_set_stats_cb(
      conf.get(), [](rd_kafka_t* /*handle*/, char* json, std::size_t size, void* opaque) {
        self(opaque).listener_.on_statistics({json, size});
        return 0;
      });
  rd_kafka_conf_set_error_cb(
      conf.get(), [](rd_kafka_t* /*handle*/, int code, const char* reason, void* opaque) {
        self(opaque).listener_.on_trouble(net::kafka_sentence(code, reason));
      });
  std::array<char, 512> what{};
  handle_ = rd_kafka_new(RD_KAFKA_CONSUMER, conf.get(), what.data(), what.size());
  if (handle_ == nullptr) return invalid_input(std::string("the Kafka client: ") + what.data());
  static_cast<void>(conf.release());  // The client owns it now.
  rd_kafka_poll_set_consumer(handle_);
  queue_.reset(rd_kafka_queue_get_consumer(handle_));
  topic_handle_.reset(rd_kafka_topic_new(handle_, topic_.c_str(), nullptr));
  const auto topics = list_of(RD_KAFKA_PARTITION_UA, RD_KAFKA_OFFSET_INVALID);
  if (const auto code = rd_kafka_subscribe(handle_, topics.get()); code != 0)
    return invalid_input("subscribing to topic '" + topic_ + "': " + rd_kafka_err2str(code));
  return ok();
}

void LibrdkafkaConsumer::rebalance(rd_kafka_resp_err_t event,
                                   rd_kafka_topic_partition_list_t& partitions) {
  std::vector<std::int32_t> numbers;
  for (int i = 0; i < partitions.cnt; ++i) numbers.push_back(partitions.elems[i].partition);
  if (event == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    for (int i = 0; i < partitions.cnt; ++i)
      partitions.elems[i].offset = listener_.start_of(partitions.elems[i].partition);
    complain(ErrorPtr(rd_kafka_incremental_assign(handle_, &partitions)));
    listener_.on_assigned(numbers);
  } else if (event == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS) {
    listener_.on_revoked(numbers);
    complain(ErrorPtr(rd_kafka_incremental_unassign(handle_, &partitions)));
  } else {
    listener_.on_trouble(net::kafka_sentence(event, "rebalancing"));
    rd_kafka_assign(handle_, nullptr);
  }
}

void LibrdkafkaConsumer::complain(ErrorPtr error) {
  if (error)
    listener_.on_trouble(
        net::kafka_sentence(rd_kafka_error_code(error.get()), rd_kafka_error_string(error.get())));
}

std::size_t LibrdkafkaConsumer::poll(std::chrono::milliseconds wait) {
  drop_messages();
  // With a wait librdkafka fills the whole batch before it answers: one is waited for, the rest is
  // what is there.
  const auto first =
      rd_kafka_consume_batch_queue(queue_.get(), milliseconds_of(wait), messages_.data(), 1);
  if (first <= 0) return 0;
  const auto rest =
      rd_kafka_consume_batch_queue(queue_.get(), 0, messages_.data() + 1, most_messages - 1);
  count_ = 1 + static_cast<std::size_t>(std::max<ssize_t>(rest, 0));
  return count_;
}

KafkaMessage LibrdkafkaConsumer::message(std::size_t index) const {
  const rd_kafka_message_t& raw = *messages_[index];
  KafkaMessage message{.partition = raw.partition, .offset = raw.offset};
  if (raw.err == 0) {
    message.is_null = raw.payload == nullptr;
    message.key = {static_cast<const char*>(raw.key), raw.key_len};
    message.value = {static_cast<const char*>(raw.payload), raw.len};
    return message;
  }
  message.text = rd_kafka_message_errstr(&raw);
  message.kind = raw.err == RD_KAFKA_RESP_ERR__PARTITION_EOF ? KafkaMessage::Kind::end
                 : raw.err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET ||
                         raw.err == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE
                     ? KafkaMessage::Kind::out_of_range
                     : KafkaMessage::Kind::trouble;
  return message;
}

std::optional<TimePoint> LibrdkafkaConsumer::time_of(std::size_t index) const {
  rd_kafka_timestamp_type_t kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const auto time = rd_kafka_message_timestamp(messages_[index], &kind);
  if (kind == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE || time < 0) return std::nullopt;
  return TimePoint(Duration(time));
}

void LibrdkafkaConsumer::pause(std::int32_t partition, bool is_paused) {
  const auto list = list_of(partition, RD_KAFKA_OFFSET_INVALID);
  const auto code = is_paused ? rd_kafka_pause_partitions(handle_, list.get())
                              : rd_kafka_resume_partitions(handle_, list.get());
  if (code != 0) listener_.on_trouble(net::kafka_sentence(code, "pausing"));
}

void LibrdkafkaConsumer::restart(std::int32_t partition, std::int64_t offset) {
  const auto list = list_of(partition, offset);
  complain(ErrorPtr(rd_kafka_incremental_unassign(handle_, list.get())));
  complain(ErrorPtr(rd_kafka_incremental_assign(handle_, list.get())));
}

void LibrdkafkaConsumer::commit(const std::vector<std::pair<std::int32_t, std::int64_t>>& offsets) {
  const auto list = make_list(offsets.size());
  for (const auto& [partition, offset] : offsets)
    rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), partition)->offset = offset;
  constexpr int asynchronously = 1;
  rd_kafka_commit(handle_, list.get(), asynchronously);
}

Result<std::int32_t> LibrdkafkaConsumer::count_partitions(std::chrono::milliseconds wait) {
  const struct rd_kafka_metadata* raw = nullptr;
  constexpr int only_this_topic = 0;
  const auto code =
      rd_kafka_metadata(handle_, only_this_topic, topic_handle_.get(), &raw, milliseconds_of(wait));
  if (code != 0)
    return unavailable("asking for the partitions of topic '" + topic_ +
                       "': " + rd_kafka_err2str(code));
  const std::unique_ptr<const struct rd_kafka_metadata, Free> metadata(raw);
  if (metadata->topic_cnt != 1) return unavailable("topic '" + topic_ + "' is not known");
  const auto& topic = metadata->topics[0];
  if (topic.err != 0) return unavailable("topic '" + topic_ + "': " + rd_kafka_err2str(topic.err));
  return topic.partition_cnt;
}

Result<std::pair<std::int64_t, std::int64_t>> LibrdkafkaConsumer::find_offsets(
    std::int32_t partition, std::chrono::milliseconds wait) {
  std::int64_t first = 0;
  std::int64_t end = 0;
  const auto code = rd_kafka_query_watermark_offsets(handle_, topic_.c_str(), partition, &first,
                                                     &end, milliseconds_of(wait));
  if (code != 0)
    return unavailable("asking for the offsets of partition " + std::to_string(partition) + ": " +
                       rd_kafka_err2str(code));
  return std::pair(first, end);
}

std::optional<std::string> LibrdkafkaConsumer::fatal_error() const {
  std::array<char, 512> what{};
  const auto code = rd_kafka_fatal_error(handle_, what.data(), what.size());
  if (code == 0) return std::nullopt;
  return net::kafka_sentence(code, what.data());
}

PartitionList LibrdkafkaConsumer::list_of(std::int32_t partition, std::int64_t offset) const {
  auto list = make_list(1);
  rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), partition)->offset = offset;
  return list;
}

void LibrdkafkaConsumer::drop_messages() {
  for (std::size_t i = 0; i < count_; ++i) rd_kafka_message_destroy(messages_[i]);
  count_ = 0;
}

}  // namespace

Result<std::unique_ptr<KafkaConsumer>> KafkaConsumer::open(const KafkaSourceSpec& kafka,
                                                           const std::string& group,
                                                           std::size_t most_bytes,
                                                           Listener& listener) {
  auto conf = make_consumer_conf(kafka, group, most_bytes);
  if (!conf) return conf.error();
  auto consumer = std::make_unique<LibrdkafkaConsumer>(kafka, listener);
  if (auto joined = consumer->join(*std::move(conf)); !joined) return joined.error();
  return std::unique_ptr<KafkaConsumer>(std::move(consumer));
}

}  // namespace bellwether::ingest
