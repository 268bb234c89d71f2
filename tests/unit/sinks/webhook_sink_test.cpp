#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "bellwether/document/json.hpp"
#include "bellwether/net/crypto.hpp"
#include "bellwether/sinks/sink.hpp"

#include "support/scripted_http_server.hpp"

namespace bellwether::sinks {
namespace {

using bellwether::testing::ReceivedRequest;
using bellwether::testing::ScriptedHttpServer;

constexpr const char* accepted = "HTTP/1.1 204 No Content\r\n\r\n";

class StandingClock final : public Clock {
 public:
  TimePoint now() const override { return parse_rfc3339("2026-03-20T08:00:03.250Z").value(); }
  std::chrono::nanoseconds real_time_until(TimePoint) const override { return {}; }
};

class WebhookSink : public ::testing::Test {
 protected:
  SinkSpec spec_for(const std::string& url, SecretSource secret = {}) {
    SinkSpec spec;
    spec.name = "ops";
    WebhookSpec webhook;
    webhook.url = url;
    webhook.secret = std::move(secret);
    spec.target = webhook;
    return spec;
  }

  Result<std::unique_ptr<Sink>> make(const SinkSpec& spec) {
    return make_sink(spec, {http_, clock_, "http://bellwether.example"});
  }

  /// Sends one notification to a receiver that takes it and gives what arrived.
  ReceivedRequest sent_with(SecretSource secret) {
    ScriptedHttpServer receiver({accepted});
    auto sink = make(spec_for(receiver.url("/hook?team=ops"), std::move(secret)));
    EXPECT_TRUE((*sink)->send(notification()).result);
    return receiver.received().at(0);
  }

  SecretSource secret_file(const std::string& content) {
    const auto path = directory_ / "secret";
    std::ofstream(path) << content;
    return {.file = path.string(), .environment_variable = ""};
  }

  static Notification notification() {
    Notification notification;
    notification.delivery_id = "0b0a7bfe-0000-5000-8000-000000000001";
    notification.alert = "revenue";
    notification.sink = "ops";
    notification.detector = "ecommerce";
    notification.interval = std::chrono::hours(1);
    notification.group.id = "6f1c7d7e-0000-5000-8000-000000000002";
    notification.group.detector = "ecommerce";
    notification.group.severity = 77;
    notification.group.primary_measure = "revenue";
    return notification;
  }

  static std::string signature(const std::string& key, const ReceivedRequest& request) {
    return "v1," + net::base64_encode(net::hmac_sha256(
                       key, request.headers.at("webhook-id") + "." +
                                request.headers.at("webhook-timestamp") + "." + request.body));
  }

  void SetUp() override { std::filesystem::create_directories(directory_); }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::filesystem::path directory_ =
      std::filesystem::temp_directory_path() /
      ("bellwether_webhook_" + std::to_string(::getpid()) + "_" +
       ::testing::UnitTest::GetInstance()->current_test_info()->name());
  net::HttpClient http_;
  StandingClock clock_;
};

TEST_F(WebhookSink, PostsTheNotificationAsJson) {
  const auto request = sent_with({});

  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/hook?team=ops");
  EXPECT_EQ(request.headers.at("content-type"), "application/json");
  EXPECT_TRUE(request.headers.at("user-agent").starts_with("bellwether/"));
  const auto body = document::parse_json(request.body);
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(*body->find("event")->as<std::string>(), "anomaly.opened");
  EXPECT_EQ(*body->find("delivery_id")->as<std::string>(), notification().delivery_id);
  EXPECT_EQ(*body->find("sent_at")->as<std::string>(), "2026-03-20T08:00:03.250Z");
}

TEST_F(WebhookSink, NamesDeliveryAndTimeInTheHeaders) {
  const auto request = sent_with({});

  EXPECT_EQ(request.headers.at("webhook-id"), notification().delivery_id);
  EXPECT_EQ(request.headers.at("webhook-timestamp"), "1773993603");
  EXPECT_FALSE(request.headers.contains("webhook-signature"));
}

TEST_F(WebhookSink, SignsWithASecretFromAFile) {
  const auto request = sent_with(secret_file("open sesame\n"));

  EXPECT_EQ(request.headers.at("webhook-signature"), signature("open sesame", request));
}

TEST_F(WebhookSink, SignsWithASecretFromTheEnvironment) {
  ::setenv("BELLWETHER_TEST_SECRET", "whsec_b3BlbiBzZXNhbWU=", 1);

  const auto request = sent_with({.file = "", .environment_variable = "BELLWETHER_TEST_SECRET"});

  EXPECT_EQ(request.headers.at("webhook-signature"), signature("open sesame", request));
}

TEST_F(WebhookSink, IsNotMadeWithoutTheSecretItNeeds) {
  const std::string missing = (directory_ / "missing").string();
  EXPECT_EQ(make(spec_for("http://x/", {missing, ""})).error().message,
            "sink 'ops': secret_file '" + missing + "': No such file or directory");
  EXPECT_EQ(make(spec_for("http://x/", {"", "BELLWETHER_UNSET"})).error().message,
            "sink 'ops': secret_env 'BELLWETHER_UNSET' is not set");
  const auto empty = secret_file("\n");
  EXPECT_EQ(make(spec_for("http://x/", empty)).error().message,
            "sink 'ops': secret_file '" + empty.file + "' is empty");
  EXPECT_EQ(make(spec_for("http://x/", secret_file("whsec_not base64"))).error().message,
            "sink 'ops': the secret begins with 'whsec_', so base64 must follow, but does not");
}

TEST_F(WebhookSink, TellsWhetherAnotherTryIsWorthwhile) {
  ScriptedHttpServer receiver(
      {"HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nbusy",
       "HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n", ""});
  auto sink = make(spec_for(receiver.url()));

  const auto busy = (*sink)->send(notification());
  EXPECT_TRUE(is_retryable(busy.result.error()));
  EXPECT_EQ(busy.retry_after, std::chrono::seconds(7));
  EXPECT_FALSE(is_retryable((*sink)->send(notification()).result.error()));
  EXPECT_TRUE(is_retryable((*sink)->send(notification()).result.error()));
}

TEST_F(WebhookSink, SendsTheHeadersThatAreAskedForAlsoSecretOnes) {
  ScriptedHttpServer receiver({accepted});
  SinkSpec spec = spec_for(receiver.url());
  auto& webhook = std::get<WebhookSpec>(spec.target);
  webhook.headers = {{"X-Team", "ops"}, {"user-agent", "own"}};
  webhook.secret_headers = {{"Authorization", secret_file("Bearer abc\n")}};

  EXPECT_TRUE((*make(spec))->send(notification()).result);

  const auto request = receiver.received().at(0);
  EXPECT_EQ(request.headers.at("x-team"), "ops");
  EXPECT_EQ(request.headers.at("user-agent"), "own");
  EXPECT_EQ(request.headers.at("authorization"), "Bearer abc");
}

TEST_F(WebhookSink, NamesTheHeaderWhoseSecretIsMissing) {
  SinkSpec spec = spec_for("http://x/");
  std::get<WebhookSpec>(spec.target).secret_headers = {
      {"Authorization", {.file = "", .environment_variable = "BELLWETHER_UNSET"}}};
  EXPECT_EQ(make(spec).error().message,
            "sink 'ops': secret_headers: Authorization_env 'BELLWETHER_UNSET' is not set");
}

/// A sink of the format `pagerduty`, which needs a request per group, and batches for it.
class WebhookSinkWithSeveralRequests : public WebhookSink {
 protected:
  std::unique_ptr<Sink> make_for(const ScriptedHttpServer& receiver) {
    SinkSpec spec = spec_for(receiver.url());
    auto& webhook = std::get<WebhookSpec>(spec.target);
    webhook.format = WebhookFormat::pagerduty;
    webhook.routing_key = secret_file("0123456789abcdef0123456789abcdef");
    return std::move(*make(spec));
  }

  static Notification batch_of_three() {
    Notification batch = notification();
    for (const char* id : {"second", "third"}) {
      batch.others.push_back({GroupEvent::opened, batch.group, ""});
      batch.others.back().group.id = id;
    }
    return batch;
  }

  /// The groups that the requests were about, by the end of their deduplication keys.
  static std::vector<std::string> groups_of(const std::vector<ReceivedRequest>& requests) {
    std::vector<std::string> groups;
    for (const auto& request : requests) {
      const auto body = document::parse_json(request.body).value();
      const auto& key = *body.find("dedup_key")->as<std::string>();
      groups.push_back(key.substr(key.rfind('/') + 1).substr(0, 8));
    }
    return groups;
  }
};

constexpr const char* busy = "HTTP/1.1 429 Slow\r\nRetry-After: 9\r\nContent-Length: 0\r\n\r\n";
constexpr const char* refused = "HTTP/1.1 400 No\r\nContent-Length: 3\r\n\r\nno!";

TEST_F(WebhookSinkWithSeveralRequests, SendsThemInOrderUnderIdsOfTheirOwn) {
  ScriptedHttpServer receiver({accepted, accepted, accepted});
  EXPECT_TRUE(make_for(receiver)->send(batch_of_three()).result);

  const auto requests = receiver.received();
  EXPECT_EQ(groups_of(requests), (std::vector<std::string>{"6f1c7d7e", "second", "third"}));
  const std::string id = notification().delivery_id;
  EXPECT_EQ(requests[0].headers.at("webhook-id"), id);
  EXPECT_EQ(requests[1].headers.at("webhook-id"), id + "-1");
  EXPECT_EQ(requests[2].headers.at("webhook-id"), id + "-2");
}

TEST_F(WebhookSinkWithSeveralRequests, GoesOnWhereTheLastAttemptEnded) {
  ScriptedHttpServer receiver({accepted, busy, accepted, accepted});
  auto sink = make_for(receiver);

  const auto first = sink->send(batch_of_three());
  EXPECT_TRUE(is_retryable(first.result.error()));
  EXPECT_EQ(first.result.error().message, "request 2 of 3: the receiver answered 429");
  EXPECT_EQ(first.retry_after, std::chrono::seconds(9));
  EXPECT_TRUE(sink->send(batch_of_three()).result);

  EXPECT_EQ(groups_of(receiver.received()),
            (std::vector<std::string>{"6f1c7d7e", "second", "second", "third"}));
}

TEST_F(WebhookSinkWithSeveralRequests, SendsTheRestOfThemWhenOneIsRefused) {
  ScriptedHttpServer receiver({accepted, refused, busy, accepted});
  auto sink = make_for(receiver);

  EXPECT_TRUE(is_retryable(sink->send(batch_of_three()).result.error()));
  const auto last = sink->send(batch_of_three());
  EXPECT_FALSE(is_retryable(last.result.error()));
  EXPECT_EQ(last.result.error().message, "request 2 of 3: the receiver answered 400: no!");

  EXPECT_EQ(groups_of(receiver.received()),
            (std::vector<std::string>{"6f1c7d7e", "second", "third", "third"}));
}

TEST_F(WebhookSinkWithSeveralRequests, BeginsAnewWhenADeliveryIsRedriven) {
  ScriptedHttpServer receiver({refused, accepted, accepted, accepted, accepted, accepted});
  auto sink = make_for(receiver);

  EXPECT_FALSE(sink->send(batch_of_three()).result);
  EXPECT_TRUE(sink->send(batch_of_three()).result);
  EXPECT_EQ(receiver.received().size(), 6);
}

}  // namespace
}  // namespace bellwether::sinks
