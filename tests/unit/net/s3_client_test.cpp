#include "bellwether/net/s3_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/scripted_http_server.hpp"

namespace bellwether::net {
namespace {

using bellwether::testing::ScriptedHttpServer;
using ::testing::HasSubstr;

std::string answer(std::string_view status, std::string_view body, std::string_view headers = "") {
  return "HTTP/1.1 " + std::string(status) + "\r\n" + std::string(headers) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::string refusal(std::string_view status, std::string_view code, std::string_view more = "") {
  return answer(status,
                "<Error><Code>" + std::string(code) + "</Code>" + std::string(more) + "</Error>");
}

Result<AwsKeys> no_keys() { return AwsKeys{}; }

/// A clock that stands still.
class StillClock final : public Clock {
 public:
  TimePoint now() const override { return *parse_rfc3339("2026-03-20T08:09:10Z"); }
  std::chrono::nanoseconds real_time_until(TimePoint) const override { return {}; }
};

class S3ClientTest : public ::testing::Test {
 protected:
  void serve(std::vector<std::string> answers) { server_.emplace(std::move(answers)); }

  S3Client client(const AwsKeys& keys = {"AKIDEXAMPLE", "secret", ""}) {
    std::string url = server_->url("");
    return S3Client(http_, {.url = url, .region = "eu-west-1", .ca_file = ""},
                    [keys] { return Result<AwsKeys>(keys); }, clock_,
                    {.attempts = 3, .first_wait = Duration(1), .longest_wait = Duration(2)});
  }

  Result<std::string> get(S3Range range = {0, 5}) {
    return client().get("bucket", {"a b/c", 5, "\"tag\""}, range, {});
  }

  std::vector<bellwether::testing::ReceivedRequest> received() const { return server_->received(); }

  std::optional<ScriptedHttpServer> server_;
  HttpClient http_;
  StillClock clock_;
};

TEST_F(S3ClientTest, ListsAFolderPageByPage) {
  serve({answer("200 OK",
                "<ListBucketResult><IsTruncated>true</IsTruncated>"
                "<NextContinuationToken>n/1</NextContinuationToken></ListBucketResult>"),
         answer("200 OK",
                "<ListBucketResult><Contents><Key>x</Key><Size>1</Size></Contents>"
                "</ListBucketResult>")});

  const auto first = client().list("bucket", "a b/", "", {});
  ASSERT_TRUE(first);
  const auto second = client().list("bucket", "a b/", first->next_token, {});

  ASSERT_TRUE(second);
  EXPECT_EQ(second->objects.size(), 1U);
  const std::string query = "/bucket?list-type=2&encoding-type=url&delimiter=%2F&prefix=a%20b%2F";
  EXPECT_EQ(received().at(0).target, query);
  EXPECT_EQ(received().at(1).target, query + "&continuation-token=n%2F1");
}

TEST_F(S3ClientTest, SignsWhatItSends) {
  serve({answer("200 OK", "hello", "ETag: \"tag\"\r\n")});

  EXPECT_EQ(*get(), "hello");

  const auto request = received().at(0);
  EXPECT_EQ(request.target, "/bucket/a%20b/c");
  EXPECT_EQ(request.headers.at("if-match"), "\"tag\"");
  const auto authorization = parse_aws_authorization(request.headers.at("authorization"));
  ASSERT_TRUE(authorization);
  EXPECT_EQ(authorization->scope, (AwsScope{"eu-west-1", "s3"}));
  EXPECT_TRUE(verify({.method = "GET",
                      .target = request.target,
                      .headers = request.headers,
                      .payload_hash = request.headers.at("x-amz-content-sha256")},
                     *authorization, "secret", clock_.now()));
}

TEST_F(S3ClientTest, GoesUnsignedWithoutKeys) {
  serve({answer("200 OK", "hello")});

  EXPECT_TRUE(client({}).get("bucket", {"k", 5, ""}, {0, 5}, {}));

  EXPECT_FALSE(received().at(0).headers.contains("authorization"));
}

TEST_F(S3ClientTest, AsksForARange) {
  serve({answer("206 Partial Content", "ell")});

  EXPECT_EQ(*get({1, 3}), "ell");

  EXPECT_EQ(received().at(0).headers.at("range"), "bytes=1-3");
}

TEST_F(S3ClientTest, RefusesAServiceWithoutRanges) {
  serve({answer("200 OK", "hello")});

  EXPECT_THAT(get({1, 3}).error().message, HasSubstr("does not serve ranges"));
}

TEST_F(S3ClientTest, TriesAgainWhatMayPass) {
  serve({refusal("503 Slow Down", "SlowDown"), "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe",
         answer("200 OK", "hello")});

  EXPECT_EQ(*get(), "hello");
  EXPECT_EQ(received().size(), 3U);
}

TEST_F(S3ClientTest, TakesAShortAnswerForAnErrorEvenWhenItsLengthFits) {
  serve({answer("200 OK", "hel"), answer("200 OK", "hel"), answer("200 OK", "hel")});

  const auto got = get();

  EXPECT_EQ(got.error().code, ErrorCode::unavailable);
  EXPECT_THAT(got.error().message,
              HasSubstr("reading s3://bucket/a b/c: attempt 3, the last: the answer broke off"));
}

TEST_F(S3ClientTest, NoticesAnOverwrittenObject) {
  serve({refusal("412 Precondition Failed", "PreconditionFailed"),
         answer("200 OK", "hello", "ETag: \"other\"\r\n")});

  for (int i = 0; i < 2; ++i) {
    const auto got = get();
    EXPECT_EQ(got.error().code, ErrorCode::not_found);
    EXPECT_THAT(got.error().message, HasSubstr("overwritten since it was listed"));
  }
}

TEST_F(S3ClientTest, LooksForOneObject) {
  serve({"HTTP/1.1 200 OK\r\nETag: \"t\"\r\nContent-Length: 12\r\n\r\n",
         "HTTP/1.1 404 Not Found\r\n\r\n"});

  const auto found = client().head("bucket", "k", {});
  const auto missing = client().head("bucket", "k", {});

  ASSERT_TRUE(found && missing);
  EXPECT_EQ(*found, (S3Object{"k", 12, "\"t\""}));
  EXPECT_EQ(*missing, std::nullopt);
}

TEST_F(S3ClientTest, SaysWhatToDo) {
  struct Case {
    std::string answer;
    std::string advice;
  };
  const std::vector<Case> cases{
      {refusal("403 Forbidden", "SignatureDoesNotMatch"),
       "reading s3://bucket/a b/c: the service answered 403 SignatureDoesNotMatch: is the secret"},
      {refusal("403 Forbidden", "AccessDenied", "<Message>no</Message>"),
       "403 AccessDenied (no): access key 'AKIDEXAMPLE' may not do this: it needs s3:ListBucket"},
      {refusal("404 Not Found", "NoSuchBucket"), "bucket 'bucket' does not exist"},
      {refusal("400 Bad Request", "AuthorizationHeaderMalformed", "<Region>us-west-2</Region>"),
       "the bucket is in region 'us-west-2', not 'eu-west-1': set region"},
      {answer("301 Moved Permanently", "", "x-amz-bucket-region: ap-south-1\r\n"),
       "the bucket is in region 'ap-south-1'"},
      {answer("403 Forbidden", "<Error><Code>RequestTimeTooSkewed</Code></Error>",
              "Date: Fri, 20 Mar 2026 10:00:00 GMT\r\n"),
       "here it is 2026-03-20T08:09:10Z, there 'Fri, 20 Mar 2026 10:00:00 GMT'"},
      {refusal("403 Forbidden", "InvalidAccessKeyId"), "does not know access key 'AKIDEXAMPLE'"},
  };
  for (const Case& one : cases) {
    serve({one.answer});
    EXPECT_THAT(get().error().message, HasSubstr(one.advice));
    EXPECT_EQ(received().size(), 1U) << one.advice;
    server_.reset();
  }
}

TEST_F(S3ClientTest, BeginsTheHostWithTheBucketIfSaidSo) {
  serve({answer("200 OK", "hello")});
  std::string url = server_->url("");
  url.replace(url.find("127.0.0.1"), 9, "localhost");
  const S3Client client(http_, {.url = url, .is_path_style = false, .ca_file = ""}, no_keys,
                        clock_);

  const auto got = client.get("bucket", {"k", 5, ""}, {0, 5}, {});

  // Names below localhost are this host.
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(received().at(0).target, "/k");
  EXPECT_THAT(received().at(0).headers.at("host"), ::testing::StartsWith("bucket.localhost:"));
}

TEST_F(S3ClientTest, StopsWhenAskedTo) {
  const bellwether::testing::SilentListener silent;
  std::stop_source stop;
  stop.request_stop();
  const S3Client client(http_, {.url = silent.url(""), .ca_file = ""}, no_keys, clock_);

  EXPECT_EQ(client.get("bucket", {"k", 5, ""}, {0, 5}, stop.get_token()).error().code,
            ErrorCode::cancelled);
}

}  // namespace
}  // namespace bellwether::net
