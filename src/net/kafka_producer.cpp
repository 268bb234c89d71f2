#include "bellwether/net/kafka_producer.hpp"

#include <sys/socket.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <mutex>
#include <optional>

#include <librdkafka/rdkafka.h>

#include "bellwether/net/kafka_error.hpp"
#include "bellwether/net/private_address.hpp"

namespace bellwether::net {
namespace {

/// Reports come to whichever caller polls, so each looks for its own so often.
constexpr int poll_wait_ms = 10;

/// librdkafka reports a record that timed out a little after its time.
constexpr std::chrono::seconds report_grace{5};

struct FreeError {
  void operator()(rd_kafka_error_t* error) const { rd_kafka_error_destroy(error); }
};

/// How a record fared. The caller and the report that is under way share it, for either may be gone
/// before the other.
struct Report {
  static constexpr int pending = -12345;
  std::atomic<int> code{pending};
};

class LibrdkafkaProducer final : public KafkaProducer {
 public:
  explicit LibrdkafkaProducer(KafkaTarget target) : target_(std::move(target)) {}
  ~LibrdkafkaProducer() override;
  LibrdkafkaProducer(const LibrdkafkaProducer&) = delete;
  LibrdkafkaProducer& operator=(const LibrdkafkaProducer&) = delete;

  Result<void> open(KafkaConf conf);
  Result<void> send(const KafkaRecord& record) override;
  bool is_lost() const override {
    return rd_kafka_fatal_error(handle_, nullptr, 0) != RD_KAFKA_RESP_ERR_NO_ERROR;
  }

 private:
  int connect_to_public(int socket, const sockaddr& address, socklen_t length);
  rd_kafka_resp_err_t produce(const KafkaRecord& record, std::unique_ptr<std::shared_ptr<Report>>);
  Error failure_of(int code) const;

  KafkaTarget target_;
  rd_kafka_t* handle_ = nullptr;
  mutable std::mutex mutex_;
  std::string trouble_;  ///< What librdkafka said last of brokers and logging in.
  std::optional<PrivateAddress> kept_from_;
};

LibrdkafkaProducer::~LibrdkafkaProducer() {
  if (handle_ == nullptr) return;
  rd_kafka_purge(handle_, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  rd_kafka_poll(handle_, 0);
  rd_kafka_destroy(handle_);
}

Result<void> LibrdkafkaProducer::open(KafkaConf conf) {
  set_property(conf, "enable.idempotence", "true");
  set_property(conf, "acks", "all");
  set_property(conf, "message.timeout.ms", std::to_string(target_.timeout.count()));
  rd_kafka_conf_set_opaque(conf.get(), this);
  rd_kafka_conf_set_dr_msg_cb(
      conf.get(), [](rd_kafka_t* /*handle*/, const rd_kafka_message_t* message, void* /*opaque*/) {
        const std::unique_ptr<std::shared_ptr<Report>> report(
            static_cast<std::shared_ptr<Report>*>(message->_private));
        (*report)->code = message->err;
      });
  rd_kafka_conf_set_error_cb(
      conf.get(), [](rd_kafka_t* /*handle*/, int code, const char* reason, void* opaque) {
        auto& self = *static_cast<LibrdkafkaProducer*>(opaque);
        const std::lock_guard lock(self.mutex_);
        self.trouble_ = kafka_sentence(code, reason);
      });
  if (!target_.allow_private_targets)
    rd_kafka_conf_set_connect_cb(conf.get(), [](int socket, const sockaddr* address, int length,
                                                const char* /*broker*/, void* opaque) {
      return static_cast<LibrdkafkaProducer*>(opaque)->connect_to_public(
          socket, *address, static_cast<socklen_t>(length));
    });
  std::array<char, 512> what{};
  handle_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), what.data(), what.size());
  if (handle_ == nullptr) return invalid_input(std::string("the Kafka client: ") + what.data());
  [[maybe_unused]] const auto* owned_by_client = conf.release();
  return ok();
}

/// What librdkafka does itself, but for private addresses; gives an `errno`.
int LibrdkafkaProducer::connect_to_public(int socket, const sockaddr& address, socklen_t length) {
  auto found = find_private(address);
  const bool is_public = !found;
  {
    const std::lock_guard lock(mutex_);
    kept_from_ = std::move(found);
  }
  if (!is_public) return EACCES;
  return ::connect(socket, &address, length) == 0 ? 0 : errno;
}

Result<void> LibrdkafkaProducer::send(const KafkaRecord& record) {
  const auto report = std::make_shared<Report>();
  if (const auto code = produce(record, std::make_unique<std::shared_ptr<Report>>(report));
      code != 0)
    return failure_of(code);
  const auto deadline = std::chrono::steady_clock::now() + target_.timeout + report_grace;
  while (report->code == Report::pending && std::chrono::steady_clock::now() < deadline &&
         !target_.stop.stop_requested())
    rd_kafka_poll(handle_, poll_wait_ms);
  const int code = report->code;
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return ok();
  return failure_of(code == Report::pending ? RD_KAFKA_RESP_ERR__MSG_TIMED_OUT : code);
}

rd_kafka_resp_err_t LibrdkafkaProducer::produce(const KafkaRecord& record,
                                                std::unique_ptr<std::shared_ptr<Report>> report) {
  rd_kafka_headers_t* headers = rd_kafka_headers_new(record.headers.size());
  for (const auto& [name, value] : record.headers)
    rd_kafka_header_add(headers, name.data(), static_cast<ssize_t>(name.size()), value.data(),
                        static_cast<ssize_t>(value.size()));
  // They are copied, not changed.
  auto* key = const_cast<char*>(record.key.data());
  auto* value = const_cast<char*>(record.value.data());
  const std::array<rd_kafka_vu_t, 6> fields{
      rd_kafka_vu_t{.vtype = RD_KAFKA_VTYPE_TOPIC, .u = {.cstr = target_.topic.c_str()}},
      rd_kafka_vu_t{.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u = {.i = RD_KAFKA_MSG_F_COPY}},
      rd_kafka_vu_t{.vtype = RD_KAFKA_VTYPE_KEY, .u = {.mem = {key, record.key.size()}}},
      rd_kafka_vu_t{.vtype = RD_KAFKA_VTYPE_VALUE, .u = {.mem = {value, record.value.size()}}},
      rd_kafka_vu_t{.vtype = RD_KAFKA_VTYPE_HEADERS, .u = {.headers = headers}},
      rd_kafka_vu_t{.vtype = RD_KAFKA_VTYPE_OPAQUE, .u = {.ptr = report.get()}}};
  const std::unique_ptr<rd_kafka_error_t, FreeError> error(
      rd_kafka_produceva(handle_, fields.data(), fields.size()));
  if (error == nullptr) {
    [[maybe_unused]] const auto* freed_by_callback = report.release();
    return RD_KAFKA_RESP_ERR_NO_ERROR;
  }
  rd_kafka_headers_destroy(headers);
  return rd_kafka_error_code(error.get());
}

Error LibrdkafkaProducer::failure_of(int code) const {
  std::string message = "topic '" + target_.topic + "': " + kafka_sentence(code, "");
  switch (code) {
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
    case RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
      return invalid_input(std::move(message));
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
      return {ErrorCode::forbidden, message + "; the client needs the right to write there"};
    case RD_KAFKA_RESP_ERR__QUEUE_FULL:
      return {ErrorCode::overloaded, std::move(message)};
    default:
      break;
  }
  const std::lock_guard lock(mutex_);
  if (kept_from_) return {ErrorCode::forbidden, describe_refusal(*kept_from_)};
  if (!trouble_.empty()) message += " (" + trouble_ + ")";
  return unavailable(std::move(message));
}

}  // namespace

Result<std::unique_ptr<KafkaProducer>> open_kafka_producer(KafkaConf conf, KafkaTarget target) {
  auto producer = std::make_unique<LibrdkafkaProducer>(std::move(target));
  if (auto opened = producer->open(std::move(conf)); !opened) return opened.error();
  return std::unique_ptr<KafkaProducer>(std::move(producer));
}

}  // namespace bellwether::net
