#include "rest_client.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "bellwether/base/percent_encoding.hpp"

#include "scripted_server.hpp"

namespace bellwether::cli {
namespace {

using document::Node;

ServerAddress address_without_token() {
  ServerAddress address;
  address.url = "http://host:1/";
  address.token_env = "BELLWETHER_TEST_UNSET";
  return address;
}

RestClient client_of(ScriptedServer& server) {
  return RestClient::make(address_without_token(), server.transport()).value();
}

TEST(RestClient, EncodesPathAndQuery) {
  ScriptedServer server;
  server.answers(200, "{}");
  ASSERT_TRUE(client_of(server).get("/detectors/" + percent_encode("a b/ü"), {{"x", "1&2"}}));
  ASSERT_EQ(server.requests.size(), 1);
  EXPECT_EQ(server.requests[0].url, "http://host:1/api/v1/detectors/a%20b%2F%C3%BC?x=1%262");
  EXPECT_EQ(server.requests[0].headers.count("Authorization"), 0);
}

TEST(RestClient, FollowsPagesUpToTheLimit) {
  ScriptedServer server;
  server.answers(200, R"({"items":[1,2],"next_cursor":"c/1"})");
  server.answers(200, R"({"items":[3],"next_cursor":"c2"})");
  const auto items = client_of(server).list("/things", "items", {{"a", "b"}}, 3);
  ASSERT_TRUE(items);
  EXPECT_EQ(*items, (Node::List{1, 2, 3}));
  ASSERT_EQ(server.requests.size(), 2);
  EXPECT_EQ(server.requests[0].url, "http://host:1/api/v1/things?a=b&limit=3");
  EXPECT_EQ(server.requests[1].url, "http://host:1/api/v1/things?a=b&limit=1&cursor=c%2F1");
}

TEST(RestClient, StopsAtTheLastPage) {
  ScriptedServer server;
  server.answers(200, R"({"items":[1]})");
  EXPECT_EQ(client_of(server).list("/things", "items", {}, 100).value().size(), 1);
}

TEST(RestClient, PassesOnWhatTheServerSays) {
  ScriptedServer server;
  server.answers(400, R"({"status":400,"title":"Bad Request","detail":"the body is wrong",
                          "errors":[{"field":"interval","message":"must divide a day"}]})");
  const auto answer = client_of(server).get("/x");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error(), invalid_input("the body is wrong\n  interval: must divide a day"));
}

TEST(RestClient, SaysWhenThereIsNoServerOrAnotherOne) {
  ScriptedServer server;
  server.answers(200, "<html>");
  server.answers(200, "{}");
  server.answers(502, "Bad gateway");
  auto client = client_of(server);
  EXPECT_EQ(client.get("/x").error().message,
            "http://host:1 is no Bellwether server: its answer is not JSON");
  EXPECT_EQ(client.list("/x", "items", {}, 1).error().message,
            "http://host:1 is no Bellwether server: its answer has no list 'items'");
  EXPECT_EQ(client.get("/x").error().message, "the server answered 502");
  EXPECT_EQ(client.get("/x").error().message, "asking http://host:1: connection refused");
}

TEST(RestClient, SendsTheTokenOfAFileWithoutItsLineEnd) {
  const auto path =
      std::filesystem::temp_directory_path() /
      ("bellwether-token-" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()));
  std::ofstream(path) << "secret\r\n";
  auto address = address_without_token();
  address.token_file = path.string();
  ScriptedServer server;
  server.answers(204, "");
  EXPECT_TRUE(RestClient::make(address, server.transport()).value().post("/x"));
  EXPECT_EQ(server.requests.at(0).headers.at("Authorization"), "Bearer secret");
  std::filesystem::remove(path);
  EXPECT_EQ(RestClient::make(address, server.transport()).error().message,
            "cannot read a token from '" + path.string() + "'");
}

}  // namespace
}  // namespace bellwether::cli
