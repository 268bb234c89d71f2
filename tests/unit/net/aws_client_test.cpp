#include "bellwether/net/aws_client.hpp"

#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bellwether/net/crypto.hpp"

#include "support/scripted_http_server.hpp"
#include "support/temporary_folder.hpp"

namespace bellwether::net {
namespace {

using bellwether::testing::ScriptedHttpServer;
using ::testing::HasSubstr;

TEST(AwsServiceUrl, IsOfThePartition) {
  EXPECT_EQ(aws_service_url({"eu-west-1", "sns"}, "aws"), "https://sns.eu-west-1.amazonaws.com");
  EXPECT_EQ(aws_service_url({"us-gov-east-1", "lambda"}, "aws-us-gov"),
            "https://lambda.us-gov-east-1.amazonaws.com");
  EXPECT_EQ(aws_service_url({"cn-north-1", "sns"}, "aws-cn"),
            "https://sns.cn-north-1.amazonaws.com.cn");
}

TEST(AwsClient, SignsEveryHeaderButItsOwnName) {
  ScriptedHttpServer server({"HTTP/1.1 500 X\r\nContent-Length: 4\r\n\r\noops"});
  HttpClient http;
  const SystemClock clock;
  const AwsClient client(
      http, {.url = server.url("/base/"), .scope = {"eu-west-1", "sns"}},
      [] {
        return Result<AwsKeys>(AwsKeys{"AKID", "s3cret", "token"});
      },
      clock);

  const auto response = client.post("/a%3Ab", {{"content-type", "text/plain"}}, "body");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 500);
  const auto request = server.received().at(0);
  EXPECT_EQ(request.target, "/base/a%3Ab");
  EXPECT_EQ(request.headers.at("x-amz-security-token"), "token");
  const auto claimed = parse_aws_authorization(request.headers.at("authorization"));
  ASSERT_TRUE(claimed);
  EXPECT_THAT(claimed->signed_headers,
              ::testing::ElementsAre("content-type", "host", "x-amz-date", "x-amz-security-token"));
  const auto verified = verify({.method = "POST",
                                .target = request.target,
                                .headers = request.headers,
                                .payload_hash = sha256_hex("body")},
                               *claimed, "s3cret", clock.now());
  EXPECT_TRUE(verified) << verified.error().message;
}

TEST(AwsClient, SendsNothingWithoutKeys) {
  HttpClient http;
  const SystemClock clock;
  const AwsClient client(
      http, {.url = "http://127.0.0.1:1", .scope = {"eu-west-1", "sns"}},
      [] { return Result<AwsKeys>(invalid_input("no keys")); }, clock);

  EXPECT_EQ(client.post("/", {}, "").error(), invalid_input("no keys"));
}

TEST(AwsKeySource, PrefersOwnKeysAndReadsThemAnew) {
  const bellwether::testing::TemporaryFolder folder;
  const auto credentials = [&](const std::string& id) {
    const std::string path = folder / id;
    std::ofstream(path) << "first\n";
    return AwsCredentials{.access_key_id = id, .secret = {path, ""}, .session_token = {}};
  };
  const auto own = make_aws_key_source(credentials("OWN"), credentials("SHARED"), "");
  const auto shared = make_aws_key_source({}, credentials("SHARED"), "");

  EXPECT_EQ(own()->access_key_id, "OWN");
  EXPECT_EQ(shared()->access_key_id, "SHARED");
  EXPECT_EQ(own()->secret, "first");
  std::ofstream(folder / "OWN") << "second\n";
  EXPECT_EQ(own()->secret, "second");
}

TEST(AwsKeySource, SaysWhatCuresThatThereAreNone) {
  for (const char* name :
       {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_SHARED_CREDENTIALS_FILE"})
    ::unsetenv(name);
  ::setenv("HOME", "/nowhere", 1);

  const auto keys = make_aws_key_source({}, {}, "give sns.credentials or aws.credentials")();
  ASSERT_FALSE(keys);
  EXPECT_THAT(keys.error().message, HasSubstr("give sns.credentials or aws.credentials; neither"));
}

TEST(AwsRefusal, IsReadFromTheQueryProtocol) {
  const auto refusal = parse_aws_refusal(
      "<?xml version=\"1.0\"?><ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\">"
      "<Error><Type>Sender</Type><Code>NotFound</Code><Message>Topic &lt;x&gt; does not exist"
      "</Message></Error><RequestId>1</RequestId></ErrorResponse>");
  EXPECT_EQ(refusal.code, "NotFound");
  EXPECT_EQ(refusal.message, "Topic <x> does not exist");
  EXPECT_TRUE(parse_aws_refusal("{\"message\": 1}").code.empty());
  EXPECT_TRUE(parse_aws_refusal("").code.empty());
}

}  // namespace
}  // namespace bellwether::net
