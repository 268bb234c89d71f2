#include "bellwether/pipeline/outbox_dispatcher.hpp"

#include <functional>

#include <gtest/gtest.h>

#include "bellwether/document/json.hpp"
#include "bellwether/document/spec_documents.hpp"

#include "support/scripted_http_server.hpp"
#include "support/temporary_folder.hpp"

namespace bellwether::pipeline {
namespace {

using std::chrono::milliseconds;
using testing::ScriptedHttpServer;
using testing::TemporaryFolder;

const std::string good = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
const std::string busy =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
const std::string refused =
    "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

Notification a_notification(const std::string& id) {
  Notification notification;
  notification.delivery_id = id;
  notification.alert = "drops";
  notification.sink = "ops";
  notification.detector = "shop";
  notification.interval = std::chrono::hours(1);
  notification.group.id = "group";
  return notification;
}

class OutboxDispatcherTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = store::Store::open({.path = folder_ / "data"});
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
  }

  void use_sink(const std::string& url, Duration max_age) {
    const SinkSpec sink{.name = "ops",
                        .target = WebhookSpec{.url = url},
                        .retry = {milliseconds(1), milliseconds(4), max_age}};
    ASSERT_TRUE(store_->catalog().put(store::CatalogKind::sink, "ops",
                                      document::to_json(document::write_sink(sink)), true));
  }

  Delivery settle(const std::string& id) {
    const OutboxDispatcher dispatcher({*store_, {http_, clock_, "http://host"}, clock_, metrics_});
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    Delivery delivery = store_->outbox().get(id).value();
    while (delivery.state == DeliveryState::pending &&
           std::chrono::steady_clock::now() < deadline) {
      sleep_for({}, milliseconds(2));
      delivery = store_->outbox().get(id).value();
    }
    return delivery;
  }

  TemporaryFolder folder_;
  SystemClock clock_;
  Metrics metrics_;
  net::HttpClient http_;
  std::unique_ptr<store::Store> store_;
};

TEST_F(OutboxDispatcherTest, TriesAgainUnderTheSameIdUntilItIsTaken) {
  const ScriptedHttpServer server({busy, busy, good});
  use_sink(server.url(), std::chrono::hours(1));
  ASSERT_TRUE(store_->outbox().add(a_notification("one"), clock_.now()));
  const Delivery delivery = settle("one");
  EXPECT_EQ(delivery.state, DeliveryState::delivered);
  EXPECT_EQ(delivery.attempts, 3U);
  ASSERT_EQ(server.received().size(), 3U);
  for (const auto& request : server.received()) EXPECT_EQ(request.headers.at("webhook-id"), "one");
}

TEST_F(OutboxDispatcherTest, GivesUpAtOnceWhatTheReceiverRefuses) {
  const ScriptedHttpServer server({refused});
  use_sink(server.url(), std::chrono::hours(1));
  ASSERT_TRUE(store_->outbox().add(a_notification("one"), clock_.now()));
  const Delivery delivery = settle("one");
  EXPECT_EQ(delivery.state, DeliveryState::dead);
  EXPECT_EQ(delivery.attempts, 1U);
  EXPECT_NE(delivery.last_error.find("400"), std::string::npos) << delivery.last_error;
}

TEST_F(OutboxDispatcherTest, GivesUpWhenItIsTooOldAndKeepsTheReason) {
  const ScriptedHttpServer server({});
  use_sink(server.url(), milliseconds(30));
  ASSERT_TRUE(store_->outbox().add(a_notification("one"), clock_.now()));
  const Delivery delivery = settle("one");
  EXPECT_EQ(delivery.state, DeliveryState::dead);
  EXPECT_FALSE(delivery.last_error.empty());
}

TEST_F(OutboxDispatcherTest, OneDeadReceiverDoesNotHoldUpAnother) {
  const ScriptedHttpServer server({good});
  use_sink(server.url(), std::chrono::hours(1));
  Notification lost = a_notification("lost");
  lost.sink = "gone";
  ASSERT_TRUE(store_->outbox().add(lost, clock_.now()));
  ASSERT_TRUE(store_->outbox().add(a_notification("one"), clock_.now()));
  EXPECT_EQ(settle("one").state, DeliveryState::delivered);
  EXPECT_EQ(store_->outbox().get("lost").value().state, DeliveryState::pending);
}

}  // namespace
}  // namespace bellwether::pipeline
