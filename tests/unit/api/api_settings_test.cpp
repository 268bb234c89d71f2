#include "bellwether/api/api_settings.hpp"

#include <gtest/gtest.h>

namespace bellwether::api {
namespace {

std::string first_problem(const ApiSettings& settings) {
  const Problems problems = validate(settings);
  return problems.empty() ? "" : problems.front().field + ": " + problems.front().message;
}

TEST(ApiSettings, AreValidAsTheyCome) { EXPECT_EQ(first_problem({}), ""); }

TEST(ApiSettings, ReadsAddresses) {
  EXPECT_EQ(parse_listen_address("127.0.0.1:8088")->port, 8088);
  EXPECT_TRUE(parse_listen_address("127.3.2.1:0")->is_loopback);
  EXPECT_TRUE(parse_listen_address("[::1]:80")->is_loopback);
  EXPECT_EQ(parse_listen_address("localhost:80")->host, "127.0.0.1");
  EXPECT_FALSE(parse_listen_address("0.0.0.0:80")->is_loopback);
  for (const char* text :
       {"", "8088", "127.0.0.1", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:70000", "::1:80",
        "[127.0.0.1]:80", "example.org:80", "127.0.0.1:-1"})
    EXPECT_FALSE(parse_listen_address(text)) << text;
}

TEST(ApiSettings, RefusesToBeReachableByOthersWithoutTokens) {
  ApiSettings settings;
  settings.listen = "0.0.0.0:8088";
  EXPECT_EQ(first_problem(settings),
            "listen: '0.0.0.0:8088' can be reached by others, so auth.tokens must list who may "
            "come in; or listen at 127.0.0.1");

  settings.tokens = {{"ops", Role::admin, std::string(64, 'a')}};
  settings.insecure = true;
  EXPECT_EQ(first_problem(settings), "");
}

TEST(ApiSettings, RefusesTokensInTheClearFromOtherHosts) {
  ApiSettings settings;
  settings.tokens = {{"ops", Role::admin, std::string(64, 'a')}};
  for (const char* listen : {"127.0.0.1:8088", "[::1]:8088"}) {
    settings.listen = listen;
    EXPECT_EQ(first_problem(settings), "") << listen;
  }
  for (const std::string listen : {"0.0.0.0:8088", "[::]:8088", "192.0.2.7:80"}) {
    settings.listen = listen;
    settings.insecure = false;
    settings.tls.reset();
    EXPECT_EQ(
        first_problem(settings),
        "listen: '" + listen +
            "' can be reached by others, and without tls anyone on the way can read and use "
            "the tokens; give tls, or insecure: true where something in front of it encrypts");
    settings.insecure = true;
    EXPECT_EQ(first_problem(settings), "");
    settings.insecure = false;
    settings.tls = {"server.pem", "server.key"};
    EXPECT_EQ(first_problem(settings), "");
  }
}

TEST(ApiSettings, RefusesTokensThatCannotWork) {
  ApiSettings settings;
  settings.tokens = {{"ops", Role::admin, std::string(64, 'a')},
                     {"ops", Role::admin, std::string(64, 'b')},
                     {"", Role::admin, "secret"}};

  const Problems problems = validate(settings);

  ASSERT_EQ(problems.size(), 3U);
  EXPECT_EQ(problems[0].field, "auth.tokens[1].name");
  EXPECT_EQ(problems[1].field, "auth.tokens[2].name");
  EXPECT_EQ(problems[2].field, "auth.tokens[2].sha256");
}

TEST(ApiSettings, RefusesLimitsThatLetNothingThrough) {
  ApiSettings settings;
  settings.limits.header_bytes = 0;
  settings.memory = {1024, 0};
  settings.limits.burst = 0;
  settings.blocking_threads = 0;

  EXPECT_EQ(validate(settings).size(), 4U);
}

TEST(ApiSettings, BoundsDetectorsAndTheTimeOfAStop) {
  EXPECT_EQ(ApiSettings().max_detectors, 1000U);
  EXPECT_EQ(ApiSettings().shutdown_timeout, std::chrono::seconds(30));
  ApiSettings settings;
  settings.max_detectors = 0;
  settings.shutdown_timeout = std::chrono::milliseconds(999);
  const Problems problems = validate(settings);
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(problems[0].field, "max_detectors");
  EXPECT_EQ(problems[1].field, "shutdown_timeout");
  settings = {};
  settings.shutdown_timeout = std::chrono::hours(2);
  EXPECT_EQ(validate(settings).size(), 1U);
}

TEST(Role, IsReadAsItIsWritten) {
  for (const Role role : {Role::viewer, Role::editor, Role::admin})
    EXPECT_EQ(parse_role(to_string(role)), role);
  EXPECT_EQ(parse_role("root"), std::nullopt);
}

}  // namespace
}  // namespace bellwether::api
