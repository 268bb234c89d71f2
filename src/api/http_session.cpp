#include "http_session.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "bellwether/base/time.hpp"

#include "deadline.hpp"
#include "pace.hpp"
#include "problem_response.hpp"
#include "request_parser.hpp"

namespace bellwether::api {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t read_piece_bytes = 64U << 10U;
constexpr int send_buffer_bytes = 256 << 10;
constexpr std::size_t max_drained_bytes = 1U << 20U;
constexpr Duration parting_time{1000};

/// Runs `exchange.answer(body, held)` on a thread that may block and gives the answer back on ours.
/// Body and reservation are taken.
asio::awaitable<Response> answer_on(AnswerQueue& queue, Exchange& exchange, std::string& body,
                                    ByteReservation& held) {
  const auto start = [&](auto handler) {
    const auto kind = exchange.is_push() ? AnswerQueue::Kind::push : AnswerQueue::Kind::other;
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    queue.add(
        exchange.caller(), kind, [&exchange, &body, &held, shared = std::move(shared)]() mutable {
          Response response = exchange.answer(std::move(body), std::move(held));
          const auto home = asio::get_associated_executor(*shared);
          asio::post(home, [shared = std::move(shared), response = std::move(response)]() mutable {
            std::move (*shared)(std::move(response));
          });
        });
  };
  return asio::async_initiate<const asio::use_awaitable_t<>, void(Response)>(start,
                                                                             asio::use_awaitable);
}

/// Reserves what has come of a body, and in steps what comes next, so that most reads cost nothing.
class BodyHold {
 public:
  explicit BodyHold(ByteReservation& held) : held_(held) {}

  /// Errors   overloaded: memory is short.
  Result<void> cover(const RequestParser& parser) {
    const std::size_t received = parser.get().body().size();
    if (received < covered_) return ok();
    std::size_t next = received + std::max(least_step_bytes, received / 2);
    if (const auto length = parser.content_length())
      next = std::min(next, static_cast<std::size_t>(*length));
    // Without a length the text grows by doubling.
    const std::size_t factor = parser.content_length() ? 1 : 2;
    if (auto grown = held_.grow((next - covered_) * factor); !grown) return grown;
    covered_ = next;
    return ok();
  }

 private:
  static constexpr std::size_t least_step_bytes = 16U << 10U;

  ByteReservation& held_;
  std::size_t covered_ = 0;
};

/// `Sun, 06 Nov 1994 08:49:37 GMT`. The caller's caches go by real time, whatever clock the
/// detectors live by.
std::string http_date() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

template <class Body>
void fill_head(http::response<Body>& message, const Response& response) {
  message.set(http::field::date, http_date());
  message.set("X-Content-Type-Options", "nosniff");
  message.set(http::field::cache_control, "no-store");
  if (!response.content_type.empty()) message.set(http::field::content_type, response.content_type);
  for (const auto& [name, value] : response.headers) message.set(name, value);
}

/// What a failure to read means for the caller; nothing when there is nobody left to tell.
std::optional<std::pair<int, std::string>> reading_fault(const error_code& error,
                                                         const Deadline& deadline,
                                                         const ApiLimits& limits) {
  if (deadline.has_passed()) return {{408, "the request took too long to arrive"}};
  if (error == http::error::header_limit || error == http::error::buffer_overflow)
    return {
        {431, "the request's header may have " + std::to_string(limits.header_bytes) + " bytes"}};
  if (error == http::error::body_limit) return {{413, "the body is larger than it may be"}};
  if (error == http::error::end_of_stream || error == http::error::partial_message)
    return std::nullopt;
  if (error.category() == http::make_error_code(http::error::bad_method).category())
    return {{400, "this is not an HTTP request: " + error.message()}};
  return std::nullopt;
}

/// One connection, plain or encrypted.
///
/// Each `co_await` stands in a statement of its own with named arguments: g++ 12 loses track of
/// temporaries and of `this` when one is part of a condition.
template <class Stream>
class Session {
 public:
  Session(Stream& stream, Connection& connection, SessionContext& context)
      : stream_(stream),
        connection_(connection),
        context_(context),
        deadline_(connection.socket),
        buffer_(std::max(context.limits.header_bytes, read_piece_bytes)) {
    error_code error;
    const auto remote = connection.socket.remote_endpoint(error);
    if (!error) remote_address_ = remote.address().to_string();
  }

  asio::awaitable<void> run() {
    while (!context_.is_stopping) {
      const bool has_request = co_await wait_for_request();
      if (!has_request) break;
      const bool goes_on = co_await serve_one();
      if (!goes_on) break;
    }
  }

 private:
  asio::awaitable<bool> wait_for_request() {
    connection_.may_give_way = true;
    connection_.waits_since = std::chrono::steady_clock::now();
    if (buffer_.size() > 0) co_return true;
    connection_.is_idle = true;
    const Duration idle = context_.limits.idle_timeout;
    deadline_.set(std::exchange(is_new_, false) ? std::min(context_.limits.header_timeout, idle)
                                                : idle);
    const auto [error, count] =
        co_await stream_.async_read_some(buffer_.prepare(read_piece_bytes / 16), as_values);
    connection_.is_idle = false;
    buffer_.commit(count);
    co_return !error;
  }

  /// Whether the connection goes on.
  asio::awaitable<bool> serve_one() {
    RequestParser parser;
    prepare(parser, context_.limits);
    deadline_.set(context_.limits.header_timeout);
    has_unread_ = true;
    const error_code reading = co_await read_head();
    if (reading) co_return co_await refuse_unread(reading);
    if (has_folded_line(received())) {
      const Response refusal =
          context_.service.refuse(400, "a header field must stand on one line");
      co_return co_await send(refusal, false, false);
    }
    const auto [error, count] =
        co_await http::async_read_header(stream_, buffer_, parser, as_values);
    if (error) co_return co_await refuse_unread(error);
    has_unread_ = expects_body(parser);
    if (const auto fault = fault_of_head(parser)) {
      const Response refusal = context_.service.refuse(fault->status, fault->detail);
      co_return co_await send(refusal, false, false);
    }

    connection_.may_give_way = false;
    const auto& message = parser.get();
    auto admission = context_.service.admit(head_of(parser, remote_address_));
    if (const auto* response = std::get_if<Response>(&admission)) {
      const bool may_go_on = !expects_body(parser) && message.keep_alive();
      co_return co_await send(*response, message.method() == http::verb::head, may_go_on);
    }
    Exchange& exchange = *std::get<std::unique_ptr<Exchange>>(admission);
    co_return co_await serve_admitted(parser, exchange);
  }

  std::string_view received() const {
    const auto bytes = buffer_.cdata();
    return {static_cast<const char*>(bytes.data()), bytes.size()};
  }

  /// Reads until a whole header is there, or as much as one may have; what is wrong with that the
  /// parser says. Nothing may be read after an end: the next read could wait for ever.
  asio::awaitable<error_code> read_head() {
    for (std::size_t searched = 0; buffer_.size() < context_.limits.header_bytes;) {
      if (end_of_head(received(), searched) != std::string_view::npos) break;
      searched = buffer_.size();
      const std::size_t room = std::min(read_piece_bytes / 16, buffer_.max_size() - buffer_.size());
      const auto [error, count] =
          co_await stream_.async_read_some(buffer_.prepare(room), as_values);
      buffer_.commit(count);
      if (error) co_return error;
    }
    co_return error_code();
  }

  asio::awaitable<bool> serve_admitted(RequestParser& parser, Exchange& exchange) {
    auto held = exchange.memory().reserve(0);
    if (expects_body(parser)) {
      parser.body_limit(exchange.body_limit());
      const bool was_invited = co_await invite_body(parser);
      if (!was_invited) co_return false;
      const bool is_read = co_await read_body(parser, exchange, *held);
      if (!is_read) co_return false;
    }
    has_unread_ = false;
    // A server that has cut its connections off has no threads left to answer on.
    if (!connection_.socket.is_open()) co_return false;
    auto message = parser.release();
    const bool is_head = message.method() == http::verb::head;
    if (exchange.is_immediate()) {
      const Response response = exchange.answer(std::move(message.body()), std::move(*held));
      co_return co_await send(response, is_head, message.keep_alive());
    }
    if (const auto room = context_.answers.check_room(exchange.caller()); !room) {
      held->release();
      const Response refusal = exchange.in_its_words(problem_response(room.error()));
      co_return co_await send(refusal, is_head, message.keep_alive());
    }
    const Response response = co_await answer_on(context_.answers, exchange, message.body(), *held);
    co_return co_await send(response, is_head, message.keep_alive());
  }

  /// Whether the whole body is there; who sent too much or too slowly has been told.
  asio::awaitable<bool> read_body(RequestParser& parser, Exchange& exchange,
                                  ByteReservation& held) {
    const Pace pace(context_.limits.body_timeout);
    BodyHold hold(held);
    while (!parser.is_done()) {
      if (const auto covered = hold.cover(parser); !covered) {
        held.release();
        const Response refusal = exchange.in_its_words(problem_response(covered.error()));
        co_await send(refusal, false, false);
        co_return false;
      }
      deadline_.set(pace.left(parser.get().body().size()));
      const auto [error, count] =
          co_await http::async_read_some(stream_, buffer_, parser, as_values);
      if (error) {
        held.release();
        co_await refuse_unread(error, &exchange);
        co_return false;
      }
    }
    co_return true;
  }

  /// Some clients hold a large body back until they are told that it is welcome.
  asio::awaitable<bool> invite_body(const RequestParser& parser) {
    if (!beast::iequals(parser.get()[http::field::expect], "100-continue")) co_return true;
    http::response<http::empty_body> message(http::status::continue_, 11);
    const auto [error, count] = co_await http::async_write(stream_, message, as_values);
    co_return !error;
  }

  asio::awaitable<bool> refuse_unread(error_code error, Exchange* exchange = nullptr) {
    const auto fault = reading_fault(error, deadline_, context_.limits);
    if (!fault) co_return false;
    Response refusal = context_.service.refuse(fault->first, fault->second);
    if (exchange != nullptr) refusal = exchange->in_its_words(std::move(refusal));
    co_return co_await send(refusal, false, false);
  }

  asio::awaitable<bool> send(const Response& response, bool is_head, bool goes_on) {
    goes_on = goes_on && !context_.is_stopping;
    bool is_sent = false;
    if (is_head) {
      is_sent = co_await write_head(response, goes_on);
    } else {
      is_sent = co_await write_whole(response, goes_on);
    }
    if (is_sent && !goes_on && has_unread_) co_await part();
    const bool is_open = is_sent && goes_on;
    co_return is_open;
  }

  asio::awaitable<bool> write_whole(const Response& response, bool goes_on) {
    http::response<http::span_body<const char>> message(static_cast<http::status>(response.status),
                                                        11);
    fill_head(message, response);
    message.body() = {response.body.data(), response.body.size()};
    if (message.result() != http::status::no_content) message.prepare_payload();
    message.keep_alive(goes_on);
    http::response_serializer<http::span_body<const char>> serializer(message);
    const Pace pace(context_.limits.body_timeout);
    for (std::size_t sent = 0; !serializer.is_done();) {
      deadline_.set(pace.left(sent));
      const auto [error, count] = co_await http::async_write_some(stream_, serializer, as_values);
      if (error) {
        forget_unsent();
        co_return false;
      }
      sent += count;
    }
    co_return true;
  }

  /// The kernel, too, keeps nothing for a caller who does not read.
  void forget_unsent() {
    error_code ignored;
    connection_.socket.set_option(asio::socket_base::linger(true, 0), ignored);
  }

  asio::awaitable<bool> write_head(const Response& response, bool goes_on) {
    deadline_.set(context_.limits.body_timeout);
    http::response<http::empty_body> message(static_cast<http::status>(response.status), 11);
    fill_head(message, response);
    message.content_length(response.body.size());
    message.keep_alive(goes_on);
    const auto [error, count] = co_await http::async_write(stream_, message, as_values);
    co_return !error;
  }

  /// Reads on for a moment after the last answer: closing with unread bytes would make the kernel
  /// take back what the caller has not read yet.
  asio::awaitable<void> part() {
    deadline_.set(parting_time);
    error_code ignored;
    connection_.socket.shutdown(tcp::socket::shutdown_send, ignored);
    buffer_.consume(buffer_.size());
    for (std::size_t drained = 0; drained < max_drained_bytes;) {
      const auto [error, count] =
          co_await stream_.async_read_some(buffer_.prepare(read_piece_bytes / 4), as_values);
      if (error) break;
      drained += count;
    }
  }

  Stream& stream_;
  Connection& connection_;
  SessionContext& context_;
  Deadline deadline_;
  beast::flat_buffer buffer_;
  std::string remote_address_;
  bool is_new_ = true;       ///< Nothing has come on this connection.
  bool has_unread_ = false;  ///< Whether more of the request may come.
};

/// Keeps a connection on the server's list for as long as it lives.
class Listed {
 public:
  Listed(Connection& connection, SessionContext& context)
      : connection_(connection), context_(context) {
    context_.connections.insert(connection_);
  }
  ~Listed() { context_.connections.erase(connection_); }
  Listed(const Listed&) = delete;
  Listed& operator=(const Listed&) = delete;

 private:
  Connection& connection_;
  SessionContext& context_;
};

asio::awaitable<void> run_encrypted(Connection& connection, SessionContext& context) {
  const auto tls = context.tls->current();
  beast::ssl_stream<tcp::socket&> stream(connection.socket, *tls);
  {
    Deadline deadline(connection.socket);
    deadline.set(context.limits.header_timeout);
    const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, as_values);
    if (error) co_return;
  }
  Session<beast::ssl_stream<tcp::socket&>> session(stream, connection, context);
  co_await session.run();
}

}  // namespace

asio::awaitable<void> run_session(tcp::socket socket, SessionContext& context) {
  co_await asio::this_coro::throw_if_cancelled(false);
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  // An answer that waits to be read lies in our memory, where it is counted, not in the kernel's.
  socket.set_option(asio::socket_base::send_buffer_size(send_buffer_bytes), ignored);
  const auto remote = socket.remote_endpoint(ignored);
  Connection connection{.socket = std::move(socket),
                        .holder = holder_of(remote.address()),
                        .waits_since = std::chrono::steady_clock::now()};
  const Listed listed(connection, context);
  if (context.tls != nullptr) {
    co_await run_encrypted(connection, context);
  } else {
    Session<tcp::socket> session(connection.socket, connection, context);
    co_await session.run();
  }
}

asio::awaitable<void> turn_away(tcp::socket socket, SessionContext& context) {
  co_await asio::this_coro::throw_if_cancelled(false);
  Connection connection{std::move(socket)};
  if (context.tls != nullptr) co_return;
  Deadline deadline(connection.socket);
  deadline.set(parting_time);
  const Response refusal = context.service.refuse(503, "too many connections; try again later");
  http::response<http::string_body> message(http::status::service_unavailable, 11);
  fill_head(message, refusal);
  message.set(http::field::retry_after, "1");
  message.body() = refusal.body;
  message.prepare_payload();
  message.keep_alive(false);
  co_await http::async_write(connection.socket, message, as_values);
}

}  // namespace bellwether::api
