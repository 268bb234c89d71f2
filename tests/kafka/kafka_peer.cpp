// The other side of a Kafka topic, for the end-to-end tests.
//
//   kafka_peer create BROKERS TOPIC PARTITIONS
//   kafka_peer grow   BROKERS TOPIC PARTITIONS
//   kafka_peer delete BROKERS TOPIC
//   kafka_peer write  BROKERS TOPIC        lines of stdin: PARTITION, blank, TIME in ms or -,
//   blank,
//                                          VALUE; `\n` in it is a line break, `null` is no value
//   kafka_peer make   BROKERS TOPIC ROWS ROWS_PER_INTERVAL ROWS_PER_SECOND SPIKE,SPIKE,...
//                                          made-up rows over all partitions, also those that are
//                                          added meanwhile; says the orders per interval as JSON
//   kafka_peer close  BROKERS TOPIC ROWS ROWS_PER_INTERVAL
//                                          a row to each partition that is later than those made
//   kafka_peer read   BROKERS TOPIC        all there is: per line its key, headers and value
//
// Properties of librdkafka come from $KAFKA_PROPERTIES: name=value, by blanks.

#include <array>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <librdkafka/rdkafka.h>

#include "kafka_rows.hpp"

namespace {

using bellwether::tests::KafkaRows;

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error(what); }

std::uint64_t failed_deliveries = 0;

struct Destroy {
  void operator()(rd_kafka_t* client) const { rd_kafka_destroy(client); }
};
using Client = std::unique_ptr<rd_kafka_t, Destroy>;

Client connect(rd_kafka_type_t type, const std::string& brokers,
               const std::vector<std::pair<std::string, std::string>>& properties) {
  std::array<char, 512> what{};
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  const auto set = [&](const std::string& name, const std::string& value) {
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), what.data(), what.size()) != 0)
      fail(what.data());
  };
  set("bootstrap.servers", brokers);
  for (const auto& [name, value] : properties) set(name, value);
  if (const char* given = std::getenv("KAFKA_PROPERTIES")) {
    std::istringstream words{std::string(given)};
    for (std::string word; words >> word;)
      set(word.substr(0, word.find('=')), word.substr(word.find('=') + 1));
  }
  rd_kafka_conf_set_log_cb(conf, nullptr);
  if (type == RD_KAFKA_PRODUCER)
    rd_kafka_conf_set_dr_msg_cb(conf, [](rd_kafka_t*, const rd_kafka_message_t* message, void*) {
      if (message->err == 0) return;
      ++failed_deliveries;
      std::cerr << rd_kafka_err2str(message->err) << '\n';
    });
  rd_kafka_t* client = rd_kafka_new(type, conf, what.data(), what.size());
  if (client == nullptr) fail(what.data());
  return Client(client);
}

Client connect_producer(const std::string& brokers) {
  return connect(RD_KAFKA_PRODUCER, brokers,
                 {{"enable.idempotence", "true"},
                  {"linger.ms", "20"},
                  {"message.timeout.ms", "0"},
                  {"reconnect.backoff.max.ms", "1000"},
                  {"topic.metadata.refresh.interval.ms", "500"}});
}

int count_partitions(rd_kafka_t& client, const std::string& topic) {
  rd_kafka_topic_t* handle = rd_kafka_topic_new(&client, topic.c_str(), nullptr);
  const struct rd_kafka_metadata* metadata = nullptr;
  const auto code = rd_kafka_metadata(&client, 0, handle, &metadata, 30'000);
  rd_kafka_topic_destroy(handle);
  if (code != 0) fail(rd_kafka_err2str(code));
  const int count = metadata->topic_cnt == 1 ? metadata->topics[0].partition_cnt : 0;
  rd_kafka_metadata_destroy(metadata);
  if (count == 0) fail("there is no topic " + topic);
  return count;
}

void produce(rd_kafka_t& client, const std::string& topic, int partition, std::int64_t time,
             const std::string& key, const std::string* value) {
  void* const bytes = value != nullptr ? const_cast<char*>(value->data()) : nullptr;
  const std::size_t size = value != nullptr ? value->size() : 0;
  while (true) {
    const auto code = rd_kafka_producev(
        &client, RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(partition),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_TIMESTAMP(time),
        RD_KAFKA_V_KEY(key.data(), key.size()), RD_KAFKA_V_VALUE(bytes, size), RD_KAFKA_V_END);
    if (code == 0) return;
    if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL && code != RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION)
      fail(rd_kafka_err2str(code));
    rd_kafka_poll(&client, 50);
  }
}

int finish(rd_kafka_t& client) {
  if (rd_kafka_flush(&client, 180'000) != 0) fail("not everything could be written");
  return failed_deliveries == 0 ? 0 : 1;
}

/// Topics are made and changed by one call each, whose answer is waited for.
template <class Call>
int administer(const std::string& brokers, const Call& call) {
  const Client client = connect(RD_KAFKA_PRODUCER, brokers, {});
  rd_kafka_queue_t* queue = rd_kafka_queue_new(client.get());
  rd_kafka_AdminOptions_t* options = rd_kafka_AdminOptions_new(client.get(), RD_KAFKA_ADMIN_OP_ANY);
  call(*client, *options, *queue);
  rd_kafka_event_t* event = rd_kafka_queue_poll(queue, 60'000);
  std::string failure = event == nullptr ? "no answer" : "";
  std::size_t count = 0;
  const rd_kafka_topic_result_t** results = nullptr;
  if (event != nullptr && rd_kafka_event_error(event) != 0)
    failure = rd_kafka_event_error_string(event);
  if (const auto* made = rd_kafka_event_CreateTopics_result(event))
    results = rd_kafka_CreateTopics_result_topics(made, &count);
  else if (const auto* grown = rd_kafka_event_CreatePartitions_result(event))
    results = rd_kafka_CreatePartitions_result_topics(grown, &count);
  else if (const auto* deleted = rd_kafka_event_DeleteTopics_result(event))
    results = rd_kafka_DeleteTopics_result_topics(deleted, &count);
  for (std::size_t i = 0; i < count; ++i)
    if (const auto code = rd_kafka_topic_result_error(results[i]); code != 0)
      failure = rd_kafka_err2str(code);
  if (event != nullptr) rd_kafka_event_destroy(event);
  rd_kafka_AdminOptions_destroy(options);
  rd_kafka_queue_destroy(queue);
  if (!failure.empty()) fail(failure);
  return 0;
}

int create(const std::string& brokers, const std::string& topic, int partitions) {
  return administer(brokers, [&](auto& client, auto& options, auto& queue) {
    std::array<char, 512> what{};
    rd_kafka_NewTopic_t* made =
        rd_kafka_NewTopic_new(topic.c_str(), partitions, 1, what.data(), what.size());
    if (made == nullptr) fail(what.data());
    rd_kafka_CreateTopics(&client, &made, 1, &options, &queue);
    rd_kafka_NewTopic_destroy(made);
  });
}

int grow(const std::string& brokers, const std::string& topic, std::size_t partitions) {
  return administer(brokers, [&](auto& client, auto& options, auto& queue) {
    std::array<char, 512> what{};
    rd_kafka_NewPartitions_t* more =
        rd_kafka_NewPartitions_new(topic.c_str(), partitions, what.data(), what.size());
    if (more == nullptr) fail(what.data());
    rd_kafka_CreatePartitions(&client, &more, 1, &options, &queue);
    rd_kafka_NewPartitions_destroy(more);
  });
}

int remove(const std::string& brokers, const std::string& topic) {
  return administer(brokers, [&](auto& client, auto& options, auto& queue) {
    rd_kafka_DeleteTopic_t* gone = rd_kafka_DeleteTopic_new(topic.c_str());
    rd_kafka_DeleteTopics(&client, &gone, 1, &options, &queue);
    rd_kafka_DeleteTopic_destroy(gone);
  });
}

int write_lines(const std::string& brokers, const std::string& topic) {
  const Client client = connect_producer(brokers);
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream fields(line);
    int partition = 0;
    std::string time;
    fields >> partition >> time;
    std::string value = line.substr(static_cast<std::size_t>(fields.tellg()) + 1);
    for (std::size_t at = 0; (at = value.find("\\n", at)) != std::string::npos; ++at)
      value.replace(at, 2, "\n");
    produce(*client, topic, partition, time == "-" ? 0 : std::stoll(time), "",
            value == "null" ? nullptr : &value);
  }
  return finish(*client);
}

std::set<std::uint64_t> numbers_of(const std::string& text) {
  std::set<std::uint64_t> numbers;
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, ',');)
    if (!word.empty()) numbers.insert(std::stoull(word));
  return numbers;
}

int make(const std::string& brokers, const std::string& topic, std::uint64_t count,
         std::uint64_t rows_per_interval, std::uint64_t rows_per_second,
         const std::set<std::uint64_t>& spikes) {
  const Client client = connect_producer(brokers);
  KafkaRows rows(rows_per_interval, spikes);
  int partitions = count_partitions(*client, topic);
  const auto began = std::chrono::steady_clock::now();
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto row = rows.next();
    produce(*client, topic, static_cast<int>(i % static_cast<std::uint64_t>(partitions)), 0,
            row.key, &row.value);
    constexpr std::uint64_t look_every = 1000;
    if (i % look_every != 0) continue;
    partitions = count_partitions(*client, topic);
    rd_kafka_poll(client.get(), 0);
    std::this_thread::sleep_until(began +
                                  std::chrono::microseconds(1'000'000 * i / rows_per_second));
  }
  const int code = finish(*client);
  std::cout << "{";
  const char* separator = "";
  for (const auto& [time, orders] : rows.orders()) {
    std::cout << separator << '"' << time << "\":" << orders;
    separator = ",";
  }
  std::cout << "}\n";
  return code;
}

int close(const std::string& brokers, const std::string& topic, std::uint64_t count,
          std::uint64_t rows_per_interval) {
  const Client client = connect_producer(brokers);
  KafkaRows rows(rows_per_interval, {});
  for (std::uint64_t i = 0; i < count; ++i) rows.next();
  const int partitions = count_partitions(*client, topic);
  for (int partition = 0; partition < partitions; ++partition) {
    const auto row = rows.closing(static_cast<unsigned>(partition));
    produce(*client, topic, partition, 0, row.key, &row.value);
  }
  return finish(*client);
}

void print(const rd_kafka_message_t& message) {
  rd_kafka_headers_t* headers = nullptr;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  if (message.key_len > 0)
    std::cout << "(key)=" << std::string(static_cast<const char*>(message.key), message.key_len)
              << '\t';
  if (rd_kafka_message_headers(&message, &headers) == 0)
    for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == 0; ++i)
      std::cout << name << '=' << std::string(static_cast<const char*>(value), size) << '\t';
  std::cout << std::string(static_cast<const char*>(message.payload), message.len) << '\n';
}

int read_all(const std::string& brokers, const std::string& topic) {
  const Client client =
      connect(RD_KAFKA_CONSUMER, brokers, {{"group.id", "peer"}, {"enable.partition.eof", "true"}});
  rd_kafka_poll_set_consumer(client.get());
  int open = count_partitions(*client, topic);
  rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(open);
  for (int i = 0; i < open; ++i)
    rd_kafka_topic_partition_list_add(list, topic.c_str(), i)->offset = RD_KAFKA_OFFSET_BEGINNING;
  rd_kafka_assign(client.get(), list);
  rd_kafka_topic_partition_list_destroy(list);
  while (open > 0) {
    rd_kafka_message_t* message = rd_kafka_consumer_poll(client.get(), 30'000);
    if (message == nullptr) fail("nothing came for 30 s");
    if (message->err == 0) print(*message);
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) --open;
    rd_kafka_message_destroy(message);
  }
  rd_kafka_consumer_close(client.get());
  return 0;
}

int run(const std::vector<std::string>& words) {
  const auto number = [&](std::size_t i) { return std::stoull(words.at(i)); };
  const std::string& verb = words.at(0);
  const std::string& brokers = words.at(1);
  const std::string& topic = words.at(2);
  if (verb == "create") return create(brokers, topic, static_cast<int>(number(3)));
  if (verb == "grow") return grow(brokers, topic, number(3));
  if (verb == "delete") return remove(brokers, topic);
  if (verb == "write") return write_lines(brokers, topic);
  if (verb == "make")
    return make(brokers, topic, number(3), number(4), number(5), numbers_of(words.at(6)));
  if (verb == "close") return close(brokers, topic, number(3), number(4));
  if (verb == "read") return read_all(brokers, topic);
  fail("unknown verb " + verb);
}

}  // namespace

int main(int count, char** words) {
  try {
    return run({words + 1, words + count});
  } catch (const std::exception& failure) {
    std::cerr << "kafka_peer: " << failure.what() << '\n';
    return 1;
  }
}
