// What topics and functions are called with, and what their answers mean.

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bellwether/net/aws_signature.hpp"
#include "bellwether/net/crypto.hpp"
#include "bellwether/sinks/sink.hpp"

#include "aws_payload.hpp"
#include "sample_notification.hpp"
#include "support/scripted_http_server.hpp"

namespace bellwether::sinks {
namespace {

using bellwether::testing::ReceivedRequest;
using bellwether::testing::sample_notification;
using bellwether::testing::ScriptedHttpServer;
using ::testing::HasSubstr;

constexpr const char* function = "arn:aws:lambda:eu-west-1:111122223333:function:on-anomaly";

std::string answer(int status, const std::string& body, const std::string& headers = "") {
  return "HTTP/1.1 " + std::to_string(status) + " X\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string xml_refusal(const std::string& code, const std::string& message) {
  return "<ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><Error><Type>Sender"
         "</Type><Code>" +
         code + "</Code><Message>" + message + "</Message></Error></ErrorResponse>";
}

class AwsSinks : public ::testing::Test {
 protected:
  AwsSinks() { ::setenv("BELLWETHER_TEST_AWS_SECRET", "s3cret", 1); }

  AwsDefaults aws(const std::string& url) {
    AwsDefaults aws{.region = "us-east-1",
                    .account = "111122223333",
                    .s3_endpoint = "",
                    .sns_endpoint = url,
                    .lambda_endpoint = url,
                    .credentials = {}};
    aws.credentials = {.access_key_id = "AKID",
                       .secret = {.file = "", .environment_variable = "BELLWETHER_TEST_AWS_SECRET"},
                       .session_token = {}};
    return aws;
  }

  SendOutcome send(const SinkTarget& target, const std::string& url,
                   const Notification& notification = sample_notification()) {
    SinkSpec spec;
    spec.name = "aws";
    spec.target = target;
    auto sink = make_sink(spec, {http_, clock_, "https://bellwether.example", aws(url)});
    EXPECT_TRUE(sink);
    return (*sink)->send(notification);
  }

  SendOutcome publish(const std::string& answer_text) {
    ScriptedHttpServer service({answer_text});
    SnsSpec sns;
    sns.topic_arn = "arn:aws:sns:eu-west-1:111122223333:alerts";
    return send(sns, service.url(""));
  }

  SendOutcome invoke(const std::string& answer_text) {
    ScriptedHttpServer service({answer_text});
    LambdaSpec lambda;
    lambda.function_arn = function;
    return send(lambda, service.url(""));
  }

  Result<void> verified(const ReceivedRequest& request) {
    const auto claimed = net::parse_aws_authorization(request.headers.at("authorization"));
    if (!claimed) return claimed.error();
    return net::verify({.method = request.method,
                        .target = request.target,
                        .headers = request.headers,
                        .payload_hash = net::sha256_hex(request.body)},
                       *claimed, "s3cret", clock_.now());
  }

  net::HttpClient http_;
  SystemClock clock_;
};

TEST_F(AwsSinks, PublishSignedForTheTopicsRegion) {
  ScriptedHttpServer service({answer(200, "<PublishResponse/>")});
  SnsSpec sns;
  sns.topic_arn = "arn:aws:sns:eu-west-1:111122223333:alerts";

  EXPECT_TRUE(send(sns, service.url("/")).result);
  const auto request = service.received().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/");
  EXPECT_TRUE(verified(request)) << verified(request).error().message;
  EXPECT_THAT(request.headers.at("authorization"), HasSubstr("/eu-west-1/sns/aws4_request"));
  EXPECT_THAT(request.body, HasSubstr("Action=Publish&"));
}

TEST_F(AwsSinks, InvokeWithThePayloadAsTheEvent) {
  ScriptedHttpServer service({answer(202, "")});
  LambdaSpec lambda;
  lambda.function_arn = function;

  EXPECT_TRUE(send(lambda, service.url("/lambda/")).result);
  const auto request = service.received().at(0);
  EXPECT_EQ(request.target,
            "/lambda/2015-03-31/functions/"
            "arn%3Aaws%3Alambda%3Aeu-west-1%3A111122223333%3Afunction%3Aon-anomaly/invocations");
  EXPECT_EQ(request.headers.at("x-amz-invocation-type"), "Event");
  EXPECT_TRUE(verified(request)) << verified(request).error().message;
  EXPECT_EQ(request.body, make_aws_payload(sample_notification(), {"us-east-1", "111122223333",
                                                                   "https://bellwether.example"}));
}

TEST_F(AwsSinks, InvokeOnceForEachGroupOfABatch) {
  ScriptedHttpServer service({answer(202, ""), answer(202, "")});
  LambdaSpec lambda;
  lambda.function_arn = function;
  auto notification = sample_notification();
  notification.others = {{GroupEvent::opened, notification.group, "revenue"}};

  EXPECT_TRUE(send(lambda, service.url(""), notification).result);
  EXPECT_EQ(service.received().size(), 2U);
}

TEST_F(AwsSinks, SayWhatIsWrongWithATopic) {
  const auto missing = publish(answer(404, xml_refusal("NotFound", "Topic does not exist")));
  EXPECT_EQ(missing.result.error(),
            invalid_input("the service answered 404 NotFound (Topic does not exist): topic "
                          "'arn:aws:sns:eu-west-1:111122223333:alerts' does not exist there; check "
                          "its name, the region and the endpoint"));
  const auto denied = publish(answer(403, xml_refusal("AuthorizationError", "no")));
  EXPECT_FALSE(is_retryable(denied.result.error()));
  EXPECT_THAT(denied.result.error().message,
              HasSubstr("the keys need the right to sns:Publish on 'arn:aws:sns:"));
}

TEST_F(AwsSinks, TakeThrottlingAndTroubleForAnotherTry) {
  const auto throttled = publish(answer(400, xml_refusal("Throttling", "Rate exceeded")));
  EXPECT_EQ(throttled.result.error(),
            (Error{ErrorCode::overloaded, "the service answered 400 Throttling (Rate exceeded)"}));
  const auto broken = publish(answer(503, "", "Retry-After: 3\r\n"));
  EXPECT_EQ(broken.result.error().code, ErrorCode::unavailable);
  EXPECT_EQ(broken.retry_after, std::chrono::seconds(3));
  const auto expired = publish(answer(403, xml_refusal("ExpiredToken", "old")));
  EXPECT_EQ(expired.result.error().code, ErrorCode::unavailable);
  EXPECT_THAT(expired.result.error().message, HasSubstr("give a new one"));
}

TEST_F(AwsSinks, ReadRefusalsInJson) {
  const auto missing =
      invoke(answer(404, R"({"Type":"User","Message":"Function not found"})",
                    "x-amzn-ErrorType: ResourceNotFoundException:http://internal/\r\n"));
  EXPECT_THAT(missing.result.error().message,
              HasSubstr("404 ResourceNotFoundException (Function not found): function 'arn:aws"));
  const auto throttled = invoke(answer(429, R"({"message":"Rate exceeded"})",
                                       "x-amzn-ErrorType: TooManyRequestsException\r\n"));
  EXPECT_EQ(throttled.result.error().code, ErrorCode::overloaded);
  const auto unreadable = invoke(answer(400, "<html>nginx</html>"));
  EXPECT_EQ(unreadable.result.error(),
            invalid_input("the receiver answered 400: <html>nginx</html>"));
}

TEST_F(AwsSinks, NeverSayTheirSecret) {
  const auto outcome = publish(answer(403, xml_refusal("SignatureDoesNotMatch", "no")));
  EXPECT_THAT(outcome.result.error().message, HasSubstr("is the secret right?"));
  EXPECT_EQ(outcome.result.error().message.find("s3cret"), std::string::npos);
}

TEST_F(AwsSinks, SayThatThereAreNoKeysWhereTheyCannotBeRead) {
  ::unsetenv("BELLWETHER_TEST_AWS_SECRET");
  const auto outcome = publish(answer(200, ""));
  EXPECT_THAT(outcome.result.error().message, HasSubstr("reading credentials"));
}

}  // namespace
}  // namespace bellwether::sinks
