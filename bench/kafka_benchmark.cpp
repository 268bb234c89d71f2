// Messages of a real topic to batches of rows, beside a bare librdkafka consume loop over the same
// topic in the same run: `ratio` is what the rows cost. bench/kafka_benchmark starts a broker,
// fills the topic and runs this; by hand: BELLWETHER_KAFKA=broker:port
// BELLWETHER_KAFKA_TOPIC=topic.

#include <array>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>

#include <benchmark/benchmark.h>
#include <librdkafka/rdkafka.h>

#include "bellwether/ingest/source.hpp"

namespace bellwether::ingest {
namespace {

using namespace std::chrono_literals;

std::string setting(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// Processor time of all threads: what a message costs a core, however busy the machine is.
double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

std::uint64_t messages_wanted() { return std::stoull(setting("BELLWETHER_KAFKA_MESSAGES")); }

/// The same group settings as the source's, nothing done with a message.
std::uint64_t consume_bare(std::uint64_t wanted) {
  std::array<char, 512> what{};
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  const auto set = [&](const char* name, const std::string& value) {
    rd_kafka_conf_set(conf, name, value.c_str(), what.data(), what.size());
  };
  set("bootstrap.servers", setting("BELLWETHER_KAFKA"));
  set("group.id", "bench-bare");
  set("enable.auto.commit", "false");
  set("auto.offset.reset", "earliest");
  set("queued.max.messages.kbytes", "32768");
  rd_kafka_t* client = rd_kafka_new(RD_KAFKA_CONSUMER, conf, what.data(), what.size());
  rd_kafka_poll_set_consumer(client);
  rd_kafka_queue_t* queue = rd_kafka_queue_get_consumer(client);
  rd_kafka_topic_partition_list_t* topics = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(topics, setting("BELLWETHER_KAFKA_TOPIC").c_str(),
                                    RD_KAFKA_PARTITION_UA);
  rd_kafka_subscribe(client, topics);
  rd_kafka_topic_partition_list_destroy(topics);
  std::array<rd_kafka_message_t*, 8192> messages{};
  std::uint64_t count = 0;
  while (count < wanted) {
    const auto got = rd_kafka_consume_batch_queue(queue, 100, messages.data(), messages.size());
    for (ssize_t i = 0; i < got; ++i) {
      auto* const message = messages[static_cast<std::size_t>(i)];
      benchmark::DoNotOptimize(message->len);
      count += message->err == 0 ? 1 : 0;
      rd_kafka_message_destroy(message);
    }
  }
  rd_kafka_consumer_close(client);
  rd_kafka_queue_destroy(queue);
  rd_kafka_destroy(client);
  return count;
}

std::uint64_t consume_source(std::uint64_t wanted) {
  DetectorSpec spec;
  spec.name = "bench";
  spec.timestamp.format = "RFC3339";
  spec.measures = {{"orders", Aggregate::sum}};
  spec.dimensions = {"country", "device"};
  // Long intervals: how far partitions may be apart is not what is measured.
  spec.interval = std::chrono::hours(24);
  KafkaSourceSpec kafka;
  kafka.brokers = setting("BELLWETHER_KAFKA");
  kafka.topic = setting("BELLWETHER_KAFKA_TOPIC");
  kafka.group = "bench-source";
  spec.source = kafka;
  ByteBudget budget("server.memory", std::size_t{1} << 30U);
  auto source = make_source(spec, {}, nullptr, {.bytes = budget});
  std::uint64_t rows = 0;
  while (rows < wanted) {
    Intake intake;
    if (!(*source)->next(intake, 100ms)) break;
    rows += intake.batch.row_count();
  }
  return rows;
}

template <class Consume>
void measure(benchmark::State& state, const Consume& consume) {
  if (setting("BELLWETHER_KAFKA").empty()) {
    state.SkipWithError("needs a broker: run bench/kafka_benchmark");
    return;
  }
  const std::uint64_t wanted = messages_wanted();
  double seconds = 0;
  for (auto _ : state) {
    const double before = processor_seconds();
    if (consume(wanted) != wanted) state.SkipWithError("not every message came");
    seconds += processor_seconds() - before;
  }
  const auto all = static_cast<double>(wanted * static_cast<std::uint64_t>(state.iterations()));
  state.counters["messages_per_core_second"] = all / seconds;
  state.SetItemsProcessed(static_cast<std::int64_t>(all));
}

void bare_loop(benchmark::State& state) { measure(state, consume_bare); }
void source_to_batches(benchmark::State& state) { measure(state, consume_source); }

BENCHMARK(bare_loop)->Unit(benchmark::kMillisecond)->Iterations(3)->UseRealTime();
BENCHMARK(source_to_batches)->Unit(benchmark::kMillisecond)->Iterations(3)->UseRealTime();

}  // namespace
}  // namespace bellwether::ingest
