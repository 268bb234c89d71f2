#include "webhook_receiver.hpp"

#include <thread>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "bellwether/net/crypto.hpp"

namespace bellwether::daemon {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Tcp = asio::ip::tcp;
using Request = http::request<http::string_body>;

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

}  // namespace

class WebhookReceiver::Body {
 public:
  Body(std::string secret, OnDelivery on_delivery)
      : secret_(std::move(secret)), on_delivery_(std::move(on_delivery)) {}

  ~Body() {
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }
  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;

  Result<void> listen() {
    boost::system::error_code failure;
    const Tcp::endpoint any_port(asio::ip::address_v4::loopback(), 0);
    acceptor_.open(any_port.protocol(), failure);
    if (!failure) acceptor_.bind(any_port, failure);
    if (!failure) acceptor_.listen(asio::socket_base::max_listen_connections, failure);
    if (failure) return unavailable("listening for deliveries: " + failure.message());
    asio::co_spawn(io_, accept_all(), asio::detached);
    thread_ = std::jthread([this] { io_.run(); });
    return ok();
  }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  asio::awaitable<void> accept_all() {
    while (true) {
      auto [failure, socket] = co_await acceptor_.async_accept(as_values);
      if (failure) co_return;
      asio::co_spawn(io_, answer_all(beast::tcp_stream(std::move(socket))), asio::detached);
    }
  }

  asio::awaitable<void> answer_all(beast::tcp_stream stream) {
    beast::flat_buffer buffer;
    while (true) {
      Request request;
      stream.expires_after(std::chrono::minutes(1));
      auto [read_failure, read_bytes] =
          co_await http::async_read(stream, buffer, request, as_values);
      if (read_failure) co_return;
      const bool is_genuine = has_good_signature(request);
      if (is_genuine) on_delivery_(request.body());
      http::response<http::empty_body> response(
          is_genuine ? http::status::no_content : http::status::unauthorized, request.version());
      response.keep_alive(request.keep_alive());
      response.prepare_payload();
      auto [write_failure, written] = co_await http::async_write(stream, response, as_values);
      if (write_failure || !response.keep_alive()) co_return;
    }
  }

  /// Standard Webhooks: the signature covers id, timestamp and body.
  bool has_good_signature(const Request& request) const {
    const std::string signed_text = std::string(request["webhook-id"]) + "." +
                                    std::string(request["webhook-timestamp"]) + "." +
                                    request.body();
    const std::string expected = "v1," + net::base64_encode(net::hmac_sha256(secret_, signed_text));
    return net::constant_time_equal(expected, std::string(request["webhook-signature"]));
  }

  const std::string secret_;
  const OnDelivery on_delivery_;
  asio::io_context io_;
  Tcp::acceptor acceptor_{io_};
  std::jthread thread_;
};

Result<std::unique_ptr<WebhookReceiver>> WebhookReceiver::start(std::string secret,
                                                                OnDelivery on_delivery) {
  auto body = std::make_unique<Body>(std::move(secret), std::move(on_delivery));
  if (auto listening = body->listen(); !listening) return listening.error();
  return std::unique_ptr<WebhookReceiver>(new WebhookReceiver(std::move(body)));
}

WebhookReceiver::WebhookReceiver(std::unique_ptr<Body> body) : body_(std::move(body)) {}
WebhookReceiver::~WebhookReceiver() = default;

std::uint16_t WebhookReceiver::port() const { return body_->port(); }

}  // namespace bellwether::daemon
