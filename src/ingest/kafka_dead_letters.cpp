#include "kafka_dead_letters.hpp"

#include <array>
#include <map>
#include <string_view>
#include <utility>

#include <librdkafka/rdkafka.h>

#include "bellwether/net/kafka_error.hpp"

#include "kafka_properties.hpp"

namespace bellwether::ingest {
namespace {

constexpr std::chrono::milliseconds poll_wait{20};

rd_kafka_vu_t text_field(rd_kafka_vtype_t kind, const std::string& text) {
  rd_kafka_vu_t field{};
  field.vtype = kind;
  field.u.mem = {const_cast<char*>(text.data()), text.size()};  // It is copied, not changed.
  return field;
}

rd_kafka_vu_t header(const char* name, const std::string& value) {
  rd_kafka_vu_t field{};
  field.vtype = RD_KAFKA_VTYPE_HEADER;
  field.u.header = {name, value.data(), static_cast<ssize_t>(value.size())};
  return field;
}

class LibrdkafkaDeadLetters final : public KafkaDeadLetters, private net::KafkaPeers {
 public:
  LibrdkafkaDeadLetters(const KafkaSourceSpec& kafka, std::string detector)
      : KafkaPeers(kafka.brokers, kafka.allow_hosts),
        source_topic_(kafka.topic),
        topic_(kafka.dead_letter_topic),
        detector_(std::move(detector)) {}
  ~LibrdkafkaDeadLetters() override {
    if (handle_ != nullptr) rd_kafka_destroy(handle_);
  }
  LibrdkafkaDeadLetters(const LibrdkafkaDeadLetters&) = delete;
  LibrdkafkaDeadLetters& operator=(const LibrdkafkaDeadLetters&) = delete;

  Result<void> open(net::KafkaConf conf);
  void add(DeadLetter letter) override { waiting_.push_back({std::move(letter), false}); }
  Result<void> deliver(std::chrono::milliseconds wait) override;
  std::uint64_t delivered() const override { return delivered_; }

 private:
  struct Waiting {
    DeadLetter letter;
    bool is_too_large = false;
  };

  void send_waiting();
  rd_kafka_resp_err_t produce(const Waiting& waiting, std::uint64_t number);
  void on_report(std::uint64_t number, rd_kafka_resp_err_t code);
  void keep_for_later(Waiting waiting, rd_kafka_resp_err_t code);

  std::string source_topic_;
  std::string topic_;
  std::string detector_;
  rd_kafka_t* handle_ = nullptr;
  std::vector<Waiting> waiting_;
  std::map<std::uint64_t, Waiting> sent_;  ///< Not answered yet, by the number in their report.
  std::uint64_t next_number_ = 1;
  std::uint64_t delivered_ = 0;
  std::string trouble_;
};

Result<void> LibrdkafkaDeadLetters::open(net::KafkaConf conf) {
  net::set_property(conf, "enable.idempotence", "true");
  rd_kafka_conf_set_opaque(conf.get(), static_cast<net::KafkaPeers*>(this));
  guard(conf);
  rd_kafka_conf_set_dr_msg_cb(
      conf.get(), [](rd_kafka_t* /*handle*/, const rd_kafka_message_t* message, void* opaque) {
        static_cast<LibrdkafkaDeadLetters*>(static_cast<net::KafkaPeers*>(opaque))
            ->on_report(reinterpret_cast<std::uintptr_t>(message->_private), message->err);
      });
  std::array<char, 512> what{};
  handle_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), what.data(), what.size());
  if (handle_ == nullptr)
    return invalid_input(std::string("the producer of dead letters: ") + what.data());
  static_cast<void>(conf.release());  // The client owns it now.
  return ok();
}

Result<void> LibrdkafkaDeadLetters::deliver(std::chrono::milliseconds wait) {
  const auto deadline = std::chrono::steady_clock::now() + wait;
  trouble_.clear();
  send_waiting();
  while (!sent_.empty() && std::chrono::steady_clock::now() < deadline)
    rd_kafka_poll(handle_, static_cast<int>(poll_wait.count()));
  if (waiting_.empty() && sent_.empty()) return ok();
  return unavailable("sending to the dead letter topic '" + topic_ +
                     "': " + (trouble_.empty() ? "no answer yet" : trouble_));
}

void LibrdkafkaDeadLetters::send_waiting() {
  for (Waiting& one : std::exchange(waiting_, {})) {
    const std::uint64_t number = next_number_++;
    if (const auto code = produce(one, number); code != 0)
      keep_for_later(std::move(one), code);
    else
      sent_.emplace(number, std::move(one));
  }
}

rd_kafka_resp_err_t LibrdkafkaDeadLetters::produce(const Waiting& waiting, std::uint64_t number) {
  const DeadLetter& letter = waiting.letter;
  const std::string partition = std::to_string(letter.partition);
  const std::string offset = std::to_string(letter.offset);
  const std::string fault(to_string(letter.fault));
  std::vector<rd_kafka_vu_t> fields;
  auto& topic = fields.emplace_back();
  topic.vtype = RD_KAFKA_VTYPE_TOPIC;
  topic.u.cstr = topic_.c_str();
  auto& flags = fields.emplace_back();
  flags.vtype = RD_KAFKA_VTYPE_MSGFLAGS;
  flags.u.i = RD_KAFKA_MSG_F_COPY;
  auto& opaque = fields.emplace_back();
  opaque.vtype = RD_KAFKA_VTYPE_OPAQUE;
  opaque.u.ptr = reinterpret_cast<void*>(static_cast<std::uintptr_t>(number));
  if (!letter.key.empty()) fields.push_back(text_field(RD_KAFKA_VTYPE_KEY, letter.key));
  if (!waiting.is_too_large) fields.push_back(text_field(RD_KAFKA_VTYPE_VALUE, letter.value));
  fields.push_back(header("bellwether-detector", detector_));
  fields.push_back(header("bellwether-topic", source_topic_));
  fields.push_back(header("bellwether-partition", partition));
  fields.push_back(header("bellwether-offset", offset));
  fields.push_back(header("bellwether-fault", fault));
  fields.push_back(header("bellwether-reason", letter.reason));
  rd_kafka_error_t* error = rd_kafka_produceva(handle_, fields.data(), fields.size());
  if (error == nullptr) return RD_KAFKA_RESP_ERR_NO_ERROR;
  const auto code = rd_kafka_error_code(error);
  rd_kafka_error_destroy(error);
  return code;
}

void LibrdkafkaDeadLetters::on_report(std::uint64_t number, rd_kafka_resp_err_t code) {
  auto node = sent_.extract(number);
  if (!node) return;
  if (code == 0)
    ++delivered_;
  else
    keep_for_later(std::move(node.mapped()), code);
}

void LibrdkafkaDeadLetters::keep_for_later(Waiting waiting, rd_kafka_resp_err_t code) {
  trouble_ = net::kafka_sentence(code, "");
  if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) waiting.is_too_large = true;
  waiting_.push_back(std::move(waiting));
}

}  // namespace

Result<std::unique_ptr<KafkaDeadLetters>> open_dead_letters(const KafkaSourceSpec& kafka,
                                                            std::string detector) {
  auto conf = make_connection_conf(kafka);
  if (!conf) return conf.error();
  auto letters = std::make_unique<LibrdkafkaDeadLetters>(kafka, std::move(detector));
  if (auto opened = letters->open(*std::move(conf)); !opened) return opened.error();
  return std::unique_ptr<KafkaDeadLetters>(std::move(letters));
}

}  // namespace bellwether::ingest
