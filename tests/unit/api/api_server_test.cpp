#include "bellwether/api/api_server.hpp"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "bellwether/net/crypto.hpp"
#include "bellwether/net/http_client.hpp"

#include "api_house.hpp"

namespace bellwether::api {
namespace {

class ApiServerTest : public ::testing::Test {
 protected:
  Result<std::unique_ptr<ApiServer>> start(ApiSettings settings = {}) {
    if (settings.listen == ApiSettings{}.listen) settings.listen = "127.0.0.1:0";
    return ApiServer::start(settings, house.context());
  }

  ApiHouse house;
  net::HttpClient client;
};

TEST_F(ApiServerTest, ServesOverTheNetwork) {
  const auto server = *start();

  const auto created = client.send({.method = "POST",
                                    .url = server->url() + "/api/v1/detectors",
                                    .headers = {{"Content-Type", "application/json"}},
                                    .body = ApiHouse::detector_text("shop")});
  ASSERT_TRUE(created);
  EXPECT_EQ(created->status, 201);
  EXPECT_EQ(created->headers.at("location"), "/api/v1/detectors/shop");
  const auto pushed = client.send(
      {.method = "POST",
       .url = server->url() + "/api/v1/detectors/shop/rows",
       .headers = {{"Content-Type", "text/csv"}},
       .body = "timestamp,country,device,views,revenue\n2026-03-19T10:00:00Z,NL,tv,3,1\n"});
  ASSERT_TRUE(pushed);
  EXPECT_EQ(pushed->status, 202) << pushed->body;
  EXPECT_EQ(client.send({.url = server->url() + "/healthz"})->status, 200);
}

TEST_F(ApiServerTest, ServesManyAtOnce) {
  const auto server = *start();
  std::vector<std::thread> callers;
  std::vector<int> good(8);

  for (std::size_t i = 0; i < good.size(); ++i)
    callers.emplace_back([&, i] {
      for (int k = 0; k < 20; ++k)
        if (client.send({.url = server->url() + "/api/v1/detectors"})->status == 200) ++good[i];
    });
  for (std::thread& caller : callers) caller.join();

  EXPECT_EQ(good, std::vector<int>(8, 20));
}

TEST_F(ApiServerTest, TakesOtherTokensWhileItRuns) {
  const auto server = *start();
  const net::HttpRequest request{.url = server->url() + "/api/v1/alerts",
                                 .headers = {{"Authorization", "Bearer secret"}}};
  EXPECT_EQ(client.send(request)->status, 200);

  server->set_tokens({{"ops", Role::viewer, net::sha256_hex("other")}});
  EXPECT_EQ(client.send(request)->status, 401);

  server->set_tokens({{"ops", Role::viewer, net::sha256_hex("secret")}});
  EXPECT_EQ(client.send(request)->status, 200);
}

TEST_F(ApiServerTest, IsGoneOnceItHasStopped) {
  const auto server = *start();
  const std::string url = server->url() + "/healthz";
  ASSERT_EQ(client.send({.url = url})->status, 200);

  server->stop();
  server->stop();

  EXPECT_EQ(net::HttpClient().send({.url = url}).error().code, ErrorCode::unavailable);
}

TEST_F(ApiServerTest, DoesNotStartWithSettingsThatAreWrong) {
  ApiSettings settings;
  settings.listen = "0.0.0.0:0";

  const auto server = start(settings);

  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code, ErrorCode::invalid_input);
  EXPECT_TRUE(server.error().message.starts_with("server.listen: '0.0.0.0:0' can be reached"));
}

}  // namespace
}  // namespace bellwether::api
