#include "bellwether/net/http_client.hpp"

#include <gtest/gtest.h>

#include "support/scripted_http_server.hpp"

namespace bellwether::net {
namespace {

using bellwether::testing::ScriptedHttpServer;
using bellwether::testing::SilentListener;

TEST(HttpClient, GivesStatusHeadersAndBody) {
  ScriptedHttpServer server(
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Note:  two words \r\n\r\nhello"});
  HttpClient client;

  const auto response = client.send({.url = server.url("/a?b=c")});

  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->headers.at("x-note"), "two words");
  EXPECT_EQ(response->body, "hello");
  EXPECT_EQ(server.received().at(0).method, "GET");
  EXPECT_EQ(server.received().at(0).target, "/a?b=c");
}

TEST(HttpClient, SendsMethodHeadersAndBody) {
  ScriptedHttpServer server({"HTTP/1.1 204 No Content\r\n\r\n"});
  HttpClient client;
  const std::string body = std::string("line\nand a zero byte ") + '\0';

  const auto response = client.send({.method = "POST",
                                     .url = server.url(),
                                     .headers = {{"Content-Type", "text/x"}},
                                     .body = body});

  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 204);
  const auto request = server.received().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.body, body);
  EXPECT_EQ(request.headers.at("content-type"), "text/x");
  EXPECT_FALSE(request.headers.contains("expect"));
}

TEST(HttpClient, TakesAnyAnswerAsAResponse) {
  ScriptedHttpServer server({"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"});
  HttpClient client;

  EXPECT_EQ(client.send({.url = server.url()})->status, 500);
}

TEST(HttpClient, DoesNotFollowRedirects) {
  ScriptedHttpServer server(
      {"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"});
  HttpClient client;

  EXPECT_EQ(client.send({.url = server.url()})->status, 302);
  EXPECT_EQ(server.received().size(), 1U);
}

TEST(HttpClient, RefusesPrivateTargetsByTheAddressThatIsUsed) {
  ScriptedHttpServer server({"HTTP/1.1 204 No Content\r\n\r\n"});
  HttpClient client;
  std::string by_name = server.url();
  by_name.replace(by_name.find("127.0.0.1"), 9, "localhost");

  // A connection that another request made must not be used either.
  ASSERT_TRUE(client.send({.url = server.url()}));
  for (const std::string& url :
       {server.url(), by_name, std::string("http://2130706433/"), std::string("http://[::1]:9/"),
        std::string("http://[::ffff:127.0.0.1]:9/"), std::string("http://0x7f.1:9/")}) {
    const auto response = client.send({.url = url, .allow_private_targets = false});
    ASSERT_FALSE(response) << url;
    EXPECT_EQ(response.error().code, ErrorCode::forbidden) << url << response.error().message;
    EXPECT_NE(response.error().message.find("limits.allow_private_targets is false"),
              std::string::npos)
        << response.error().message;
  }
  EXPECT_EQ(server.received().size(), 1U);
}

TEST(HttpClient, UsesNoProxyWherePrivateTargetsAreForbidden) {
  ScriptedHttpServer proxy({"HTTP/1.1 204 No Content\r\n\r\n"});
  HttpClient client;
  ::setenv("http_proxy", proxy.url().c_str(), 1);
  const auto refused = client.send(
      {.url = "http://127.0.0.1:9/", .timeout = Duration(5000), .allow_private_targets = false});
  ::unsetenv("http_proxy");

  EXPECT_EQ(refused.error().code, ErrorCode::forbidden);
  EXPECT_TRUE(proxy.received().empty());
}

TEST(HttpClient, CutsALongBody) {
  ScriptedHttpServer server(
      {"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + std::string(100000, 'x')});
  HttpClient client;

  const auto response = client.send({.url = server.url(), .max_response_bytes = 1000});

  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, std::string(1000, 'x'));
  EXPECT_TRUE(response->is_cut);
}

TEST(HttpClient, GivesABodyNoMoreRoomThanItMayHave) {
  ScriptedHttpServer server({"HTTP/1.1 200 OK\r\n\r\n" + std::string(90'000, 'x')});
  HttpClient client;

  const auto response = client.send({.url = server.url(), .max_response_bytes = 100'000});

  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body.size(), 90'000U);
  EXPECT_LE(response->body.capacity(), 100'000U);
}

TEST(HttpClient, GivesUpWhenHardlyAnythingComes) {
  const SilentListener listener;
  HttpClient client;

  const auto response = client.send(
      {.url = listener.url(), .timeout = Duration(60'000), .idle_timeout = Duration(1)});

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::unavailable);
}

TEST(HttpClient, SendsThePathAsItIs) {
  ScriptedHttpServer server({"HTTP/1.1 204 No Content\r\n\r\n"});
  HttpClient client;

  ASSERT_TRUE(client.send({.url = server.url("/a/../b//c")}));

  EXPECT_EQ(server.received().at(0).target, "/a/../b//c");
}

TEST(HttpClient, IsUnavailableWhenTheServerHangsUp) {
  ScriptedHttpServer server({""});
  HttpClient client;

  const auto response = client.send({.url = server.url()});

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::unavailable);
}

TEST(HttpClient, IsUnavailableWhenNobodyListens) {
  std::string url;
  {
    const ScriptedHttpServer server({});
    url = server.url();
  }
  HttpClient client;

  const auto response = client.send({.url = url});

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::unavailable);
}

TEST(HttpClient, IsUnavailableWhenTheAnswerBreaksOff) {
  ScriptedHttpServer server({"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe"});
  HttpClient client;

  EXPECT_EQ(client.send({.url = server.url()}).error().code, ErrorCode::unavailable);
}

TEST(HttpClient, IsUnavailableWhenTheAnswerTakesTooLong) {
  const SilentListener listener;
  HttpClient client;

  const auto response = client.send({.url = listener.url(), .timeout = Duration(50)});

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::unavailable);
}

TEST(HttpClient, RefusesAFloodOfHeaders) {
  ScriptedHttpServer server({"HTTP/1.1 200 OK\r\nX-Long: " + std::string(90000, 'x') + "\r\n\r\n"});
  HttpClient client;

  EXPECT_EQ(client.send({.url = server.url()}).error().code, ErrorCode::unavailable);
}

TEST(HttpClient, RefusesWhatItMustNotSend) {
  HttpClient client;

  EXPECT_EQ(client.send({.url = "file:///etc/passwd"}).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(client.send({.url = "no url at all"}).error().code, ErrorCode::invalid_input);
  const auto injected =
      client.send({.url = "http://127.0.0.1:1/", .headers = {{"X-Name", "a\r\nX-Other: b"}}});
  EXPECT_EQ(injected.error().message, "header 'X-Name' holds a line break");
}

TEST(HttpClient, ReusesItsHandlesWithoutLeavingTraces) {
  ScriptedHttpServer server({"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                             "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"});
  HttpClient client;

  ASSERT_TRUE(client.send({.method = "POST",
                           .url = server.url("/first"),
                           .headers = {{"X-First", "yes"}},
                           .body = "body"}));
  ASSERT_TRUE(client.send({.url = server.url("/second")}));

  const auto second = server.received().at(1);
  EXPECT_EQ(second.method, "GET");
  EXPECT_EQ(second.body, "");
  EXPECT_FALSE(second.headers.contains("x-first"));
}

}  // namespace
}  // namespace bellwether::net
