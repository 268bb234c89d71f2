#include "http_server.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <thread>

#include <gtest/gtest.h>

#include "problem_response.hpp"
#include "raw_client.hpp"

namespace bellwether::api {
namespace {

/// Answers with what it was asked; `/refuse` without reading the body, `/wait` when it is let go.
class EchoService final : public Service {
 public:
  Admission admit(const RequestHead& head) override {
    if (head.target == "/refuse") return problem_response(403, "no");
    return std::make_unique<Echo>(*this, head);
  }
  Response refuse(int status, const std::string& detail) override {
    return problem_response(status, detail);
  }

  void let_go() { gate_.set_value(); }
  void wait_until_asked() { asked_.get_future().wait(); }

  std::size_t body_limit = 1000;
  std::string caller = "token ed";
  ByteBudget memory{"server.memory", 1U << 20U};

 private:
  class Echo final : public Exchange {
   public:
    Echo(EchoService& service, RequestHead head) : service_(service), head_(std::move(head)) {}

    std::size_t body_limit() const override { return service_.body_limit; }
    const std::string& caller() const override { return service_.caller; }
    ByteBudget& memory() override { return service_.memory; }
    bool is_immediate() const override { return head_.target == "/immediate"; }
    Response answer(std::string body, ByteReservation /*held*/) override {
      if (head_.target == "/large") return large();
      if (head_.target == "/wait") {
        service_.asked_.set_value();
        service_.opened_.wait();
      }
      return {200, "text/plain", head_.method + " " + head_.target + " " + body};
    }

   private:
    /// More than a socket takes at once.
    Response large() {
      Response response{200, "text/plain", std::string(16U << 20U, 'x')};
      response.held = std::make_shared<ByteReservation>(service_.memory.reserve(1000).value());
      return response;
    }

    EchoService& service_;
    RequestHead head_;
  };

  std::promise<void> asked_;
  std::promise<void> gate_;
  std::shared_future<void> opened_ = gate_.get_future().share();
};

class HttpServerTest : public ::testing::Test {
 protected:
  void start() {
    settings.listen = "127.0.0.1:0";
    server = std::move(*HttpServer::start(settings, service));
  }

  /// Sends bytes on a connection of their own and gives all that comes back.
  std::string exchange(const std::string& bytes) {
    RawClient client(server->port());
    client.send(bytes);
    client.finish_sending();
    return client.rest();
  }

  static bool is_soon(const std::function<bool()>& holds) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!holds()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  }

  static std::string status_of(const std::string& response) {
    return response.substr(0, response.find("\r\n"));
  }

  ApiSettings settings;
  EchoService service;
  std::unique_ptr<HttpServer> server;
};

TEST_F(HttpServerTest, AnswersRequestsOnOneConnection) {
  start();
  RawClient client(server->port());

  client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string first = client.response();
  EXPECT_TRUE(first.starts_with("HTTP/1.1 200 OK\r\n")) << first;
  EXPECT_TRUE(first.ends_with("\r\n\r\nGET /a ")) << first;
  EXPECT_NE(first.find("X-Content-Type-Options: nosniff"), std::string::npos);
  client.send("POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody");
  EXPECT_TRUE(client.response().ends_with("POST /b body"));
}

TEST_F(HttpServerTest, AnswersPipelinedRequestsInOrder) {
  start();

  const std::string all = exchange(
      "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

  EXPECT_LT(all.find("GET /1"), all.find("GET /2"));
  EXPECT_NE(all.find("GET /2"), std::string::npos);
}

TEST_F(HttpServerTest, ReadsChunkedBodies) {
  start();

  const std::string response = exchange(
      "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
      "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");

  EXPECT_TRUE(response.ends_with("POST /c abcde")) << response;
}

TEST_F(HttpServerTest, GivesTheHeadAlone) {
  start();

  const std::string response = exchange("HEAD /h HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

  EXPECT_NE(response.find("Content-Length: 8\r\n"), std::string::npos) << response;
  EXPECT_TRUE(response.ends_with("\r\n\r\n"));
}

TEST_F(HttpServerTest, InvitesABodyThatWaits) {
  start();
  RawClient client(server->port());

  client.send("POST /e HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_TRUE(client.response().starts_with("HTTP/1.1 100 Continue\r\n"));
  client.send("ok");
  EXPECT_TRUE(client.response().ends_with("POST /e ok"));
}

TEST_F(HttpServerTest, RefusesWhatIsNoRequest) {
  start();

  EXPECT_EQ(status_of(exchange("hello\r\n\r\n")), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(status_of(exchange("GET / HTTP/9.9\r\n\r\n")), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(status_of(exchange("GET /\x01 HTTP/1.1\r\n\r\n")), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(status_of(exchange("POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n")),
            "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(
      status_of(exchange("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n")),
      "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(status_of(exchange("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
                               "Content-Length: 3\r\n\r\n0\r\n\r\n")),
            "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(status_of(exchange("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n")),
            "HTTP/1.1 501 Not Implemented");
  EXPECT_EQ(exchange(""), "");
  EXPECT_EQ(exchange("GET / HT"), "");
}

TEST_F(HttpServerTest, RefusesALongHeader) {
  settings.limits.header_bytes = 2000;
  start();

  EXPECT_EQ(status_of(exchange("GET / HTTP/1.1\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n")),
            "HTTP/1.1 431 Request Header Fields Too Large");
}

TEST_F(HttpServerTest, RefusesALongBody) {
  start();

  EXPECT_EQ(
      status_of(exchange("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" +
                         std::string(2000, 'x') + "\r\n0\r\n\r\n")),
      "HTTP/1.1 413 Payload Too Large");
}

TEST_F(HttpServerTest, RefusesWithoutReadingTheBody) {
  start();
  RawClient client(server->port());

  client.send("POST /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");

  const std::string response = client.response();
  EXPECT_EQ(status_of(response), "HTTP/1.1 403 Forbidden");
  EXPECT_NE(response.find("Connection: close"), std::string::npos);
}

TEST_F(HttpServerTest, RefusesHeadersThatOthersMayReadOtherwise) {
  start();

  EXPECT_EQ(status_of(exchange("GET / HTTP/1.1\r\n\r\n")), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(status_of(exchange("GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n")),
            "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(status_of(exchange("GET / HTTP/1.0\r\nHost: x\r\nhost: y\r\n\r\n")),
            "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(status_of(exchange("GET / HTTP/1.0\r\n\r\n")), "HTTP/1.1 200 OK");
  EXPECT_EQ(status_of(exchange("GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n")),
            "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(status_of(exchange("GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n\tb\r\n\r\n")),
            "HTTP/1.1 400 Bad Request");
  const std::string post = "POST / HTTP/1.1\r\nHost: x\r\n";
  for (const char* encoding : {"gzip, chunked", "chunked, chunked", "identity", "xchunked"})
    EXPECT_NE(status_of(exchange(post + "Transfer-Encoding: " + encoding + "\r\n\r\n0\r\n\r\n")),
              "HTTP/1.1 200 OK")
        << encoding;
  EXPECT_EQ(status_of(exchange(post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")),
            "HTTP/1.1 501 Not Implemented");
  EXPECT_EQ(status_of(exchange(post + "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"
                                      "\r\n0\r\n\r\n")),
            "HTTP/1.1 501 Not Implemented");
  EXPECT_EQ(status_of(exchange(post + "Transfer-Encoding: Chunked\r\n\r\n0\r\n\r\n")),
            "HTTP/1.1 200 OK");
}

TEST_F(HttpServerTest, FindsAFoldedLineInAHeaderThatComesInPieces) {
  start();
  RawClient client(server->port());
  for (const char* piece : {"GET / HTTP/1.1\r", "\nHost: x\r\nX: a\r", "\n", " b\r\n\r", "\n"})
    client.send(piece);

  EXPECT_EQ(status_of(client.response()), "HTTP/1.1 400 Bad Request");
}

TEST_F(HttpServerTest, RefusesBodiesBeyondWhatMayBeInMemory) {
  const auto others = service.memory.reserve(service.memory.bytes() - 100);
  start();

  const std::string response =
      exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n" + std::string(101, 'x'));

  EXPECT_EQ(status_of(response), "HTTP/1.1 429 Too Many Requests");
  EXPECT_NE(response.find("Retry-After: 1"), response.find("retry-after: 1"));
  EXPECT_NE(response.find("server.memory of 1048576 bytes is in use"), std::string::npos)
      << response;
  EXPECT_EQ(service.memory.used_bytes(), others->bytes());
}

TEST_F(HttpServerTest, ReservesBodiesAsTheyCome) {
  service.body_limit = 1U << 20U;  // As much as there is for all.
  start();
  std::deque<RawClient> slow;
  for (int i = 0; i < 16; ++i)
    slow.emplace_back(server->port())
        .send("POST /s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nx");

  EXPECT_TRUE(is_soon([this] { return service.memory.used_bytes() > 0; }));
  EXPECT_TRUE(exchange("POST /c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                       "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
                  .ends_with("POST /c abc"));
  for (RawClient& client : slow) client.send("yyyy\r\n0\r\n\r\n");
  for (RawClient& client : slow) EXPECT_TRUE(client.response().ends_with("POST /s xyyyy"));
}

TEST_F(HttpServerTest, KeepsNothingForWhoDoesNotRead) {
  settings.limits.body_timeout = Duration(200);
  start();
  RawClient client(server->port());

  client.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");

  EXPECT_TRUE(is_soon([this] { return service.memory.used_bytes() == 1000; }));
  EXPECT_TRUE(is_soon([this] { return service.memory.used_bytes() == 0; }));
  EXPECT_LT(client.rest().size(), 16U << 20U);
}

TEST_F(HttpServerTest, SendsALargeAnswerWhole) {
  start();

  EXPECT_EQ(exchange("GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").size() >> 20U,
            16U);
}

TEST_F(HttpServerTest, AnswersHealthWhileAllThreadsAreBusy) {
  settings.blocking_threads = 1;
  start();
  RawClient busy(server->port());
  busy.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  service.wait_until_asked();

  EXPECT_TRUE(exchange("GET /immediate HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                  .ends_with("GET /immediate "));
  service.let_go();
  EXPECT_TRUE(busy.response().ends_with("GET /wait "));
}

TEST_F(HttpServerTest, TellsSlowClientsThatTimeIsUp) {
  settings.limits.header_timeout = Duration(30);
  settings.limits.body_timeout = Duration(30);
  start();
  RawClient slow_header(server->port());
  RawClient slow_body(server->port());

  slow_header.send("GET / HTTP/1.1\r\nHost:");
  slow_body.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhal");

  EXPECT_EQ(status_of(slow_header.response()), "HTTP/1.1 408 Request Timeout");
  EXPECT_EQ(status_of(slow_body.response()), "HTTP/1.1 408 Request Timeout");
}

TEST_F(HttpServerTest, HangsUpOnIdleConnections) {
  settings.limits.idle_timeout = Duration(30);
  start();
  RawClient client(server->port());

  EXPECT_EQ(client.rest(), "");
}

TEST_F(HttpServerTest, HangsUpOnConnectionsThatSayNothing) {
  settings.limits.header_timeout = Duration(30);
  start();
  RawClient client(server->port());

  EXPECT_EQ(client.rest(), "");
}

TEST_F(HttpServerTest, TurnsAwayMoreThanItHasRoomFor) {
  settings.limits.connections = 1;
  start();
  RawClient busy(server->port());
  busy.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  service.wait_until_asked();

  RawClient second(server->port());

  EXPECT_EQ(status_of(second.response()), "HTTP/1.1 503 Service Unavailable");
  service.let_go();
}

TEST_F(HttpServerTest, LetsTheOldestIdleConnectionGiveWay) {
  settings.limits.connections = 3;
  start();
  RawClient busy(server->port());
  busy.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  service.wait_until_asked();
  RawClient oldest(server->port());
  oldest.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n");
  oldest.response();
  RawClient other(server->port());
  other.send("GET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
  other.response();

  RawClient newest(server->port());
  newest.send("GET /3 HTTP/1.1\r\nHost: x\r\n\r\n");

  EXPECT_TRUE(newest.response().ends_with("GET /3 "));
  EXPECT_EQ(oldest.rest(), "");
  other.send("GET /4 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(other.response().ends_with("GET /4 "));
  service.let_go();
  EXPECT_TRUE(busy.response().ends_with("GET /wait "));
}

TEST_F(HttpServerTest, BoundsTheConnectionsOfOneAddress) {
  settings.limits.connections_per_address = 1;
  start();
  RawClient busy(server->port());
  busy.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  service.wait_until_asked();

  RawClient second(server->port());
  EXPECT_EQ(status_of(second.response()), "HTTP/1.1 503 Service Unavailable");
  RawClient elsewhere(server->port(), "127.0.0.2");
  elsewhere.send("GET /e HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(elsewhere.response().ends_with("GET /e "));
  service.let_go();
}

TEST_F(HttpServerTest, LetsRunningRequestsEndWhenItStops) {
  start();
  RawClient idle(server->port());
  RawClient busy(server->port());
  busy.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  service.wait_until_asked();
  std::thread stopper([&] { server->stop(); });
  EXPECT_EQ(idle.rest(), "");

  service.let_go();

  EXPECT_TRUE(busy.response().ends_with("GET /wait "));
  stopper.join();
}

TEST_F(HttpServerTest, SaysWhyItCannotListen) {
  start();
  ApiSettings same = settings;
  same.listen = "127.0.0.1:" + std::to_string(server->port());

  const auto second = HttpServer::start(same, service);

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::unavailable);
  EXPECT_EQ(second.error().message, "listening at " + same.listen + ": Address already in use");
}

TEST_F(HttpServerTest, SaysWhatIsWrongWithItsCertificate) {
  settings.tls = {"/nonexistent/cert.pem", "/nonexistent/key.pem"};

  const auto server_or_not = HttpServer::start(settings, service);

  ASSERT_FALSE(server_or_not);
  EXPECT_EQ(server_or_not.error().code, ErrorCode::invalid_input);
  EXPECT_TRUE(server_or_not.error().message.starts_with("tls.certificate '/nonexistent/cert.pem'"));
}

}  // namespace
}  // namespace bellwether::api
