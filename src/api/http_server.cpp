#include "http_server.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "bellwether/base/log.hpp"

#include "http_session.hpp"
#include "tls_context.hpp"

namespace bellwether::api {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds stop_grace{5};
constexpr std::chrono::milliseconds accept_pause{100};

Result<void> listen_at(tcp::acceptor& acceptor, const std::string& listen) {
  const auto address = parse_listen_address(listen);
  if (!address) return invalid_input("'" + listen + "' is no address to listen at");
  const tcp::endpoint endpoint(asio::ip::make_address(address->host), address->port);
  error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return unavailable("listening at " + listen + ": " + error.message());
  return ok();
}

}  // namespace

struct HttpServer::Body {
  Body(const ApiSettings& settings, Service& service, std::unique_ptr<TlsContext> tls_context)
      : limits(settings.limits),
        tls(std::move(tls_context)),
        answers(settings.blocking_threads),
        connections(limits),
        sessions{service, limits, answers, tls.get(), connections},
        acceptor(io) {}

  // What is declared first outlives `io`, whose end may destroy sessions that hang.
  const ApiLimits limits;
  std::unique_ptr<TlsContext> tls;  ///< Null: plain HTTP.
  AnswerQueue answers;
  Connections connections;
  SessionContext sessions;
  std::mutex mutex;
  std::condition_variable one_is_over;
  std::size_t running = 0;  ///< Spawned coroutines that have not ended.
  std::atomic<bool> was_stopped = false;
  std::uint16_t port = 0;
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> guard{io.get_executor()};
  tcp::acceptor acceptor;
  std::thread thread;

  void spawn(asio::awaitable<void> work) {
    {
      const std::lock_guard lock(mutex);
      ++running;
    }
    asio::co_spawn(io, std::move(work), [this](const std::exception_ptr& failure) {
      if (failure) log_failure(failure);
      const std::lock_guard lock(mutex);
      --running;
      one_is_over.notify_all();
    });
  }

  static void log_failure(const std::exception_ptr& failure) {
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& error) {
      log_error("api", std::string("a session broke off: ") + error.what());
    }
  }

  asio::awaitable<void> accept_all() {
    co_await asio::this_coro::throw_if_cancelled(false);
    while (!sessions.is_stopping) {
      auto [error, socket] = co_await acceptor.async_accept(as_values);
      if (sessions.is_stopping) co_return;
      if (error) {
        // Most likely out of file descriptors: wait until some are given back.
        log_warning("api", "accepting a connection: " + error.message());
        asio::steady_timer timer(io, accept_pause);
        co_await timer.async_wait(as_values);
        continue;
      }
      const auto remote = socket.remote_endpoint(error);
      if (error) continue;  // It has gone again.
      const bool has_room = connections.make_room(holder_of(remote.address()));
      spawn(has_room ? run_session(std::move(socket), sessions)
                     : turn_away(std::move(socket), sessions));
    }
  }

  void begin_stop() {
    sessions.is_stopping = true;
    error_code ignored;
    acceptor.close(ignored);
    connections.wake_idle();
  }

  bool wait_until_over(std::chrono::seconds patience) {
    std::unique_lock lock(mutex);
    return one_is_over.wait_for(lock, patience, [this] { return running == 0; });
  }
};

HttpServer::HttpServer(std::unique_ptr<Body> body) : body_(std::move(body)) {}

Result<std::unique_ptr<HttpServer>> HttpServer::start(const ApiSettings& settings,
                                                      Service& service) {
  std::unique_ptr<TlsContext> tls;
  if (settings.tls) {
    auto loaded = TlsContext::load(*settings.tls);
    if (!loaded) return loaded.error();
    tls = std::move(*loaded);
  }
  auto body = std::make_unique<Body>(settings, service, std::move(tls));
  if (auto listening = listen_at(body->acceptor, settings.listen); !listening)
    return listening.error();
  body->port = body->acceptor.local_endpoint().port();
  body->spawn(body->accept_all());
  body->thread = std::thread([&io = body->io] { io.run(); });
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(body)));
}

HttpServer::~HttpServer() { stop(); }

std::uint16_t HttpServer::port() const { return body_->port; }

Result<void> HttpServer::reload_certificate() { return body_->tls ? body_->tls->reload() : ok(); }

void HttpServer::stop() {
  if (body_->was_stopped.exchange(true)) return;
  asio::post(body_->io, [body = body_.get()] { body->begin_stop(); });
  if (!body_->wait_until_over(stop_grace)) {
    log_warning("api", "some requests take long to end; they are cut off");
    asio::post(body_->io, [body = body_.get()] { body->connections.close_all(); });
  }
  body_->answers.stop();
  body_->wait_until_over(stop_grace);
  body_->io.stop();
  body_->thread.join();
}

}  // namespace bellwether::api
