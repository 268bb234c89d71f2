#include "bellwether/pipeline/outbox_dispatcher.hpp"

#include <functional>
#include <optional>

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

  void use_sink(const std::string& url, Duration max_age, const std::string& name = "ops",
                Duration timeout = milliseconds(1500)) {
    const SinkSpec sink{.name = name,
                        .target = WebhookSpec{.url = url, .timeout = timeout},
                        .retry = {milliseconds(1), milliseconds(4), max_age}};
    ASSERT_TRUE(store_->catalog().put(store::CatalogKind::sink, name,
                                      document::to_json(document::write_sink(sink)), true));
  }

  Delivery settle(const std::string& id) {
    const OutboxDispatcher dispatcher(
        {*store_, {http_, clock_, "http://host"}, clock_, metrics_, memory_});
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
  ByteBudget memory_{"server.memory", std::size_t{64} << 20U};
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

TEST_F(OutboxDispatcherTest, OneSilentReceiverTakesNoPlaceOfAnother) {
  const testing::SilentListener silent;
  use_sink(silent.url(), std::chrono::hours(1), "silent");
  const ScriptedHttpServer server(std::vector<std::string>(40, good));
  use_sink(server.url(), std::chrono::hours(1));
  for (int i = 0; i < 40; ++i) {
    Notification stuck = a_notification("stuck" + std::to_string(i));
    stuck.sink = "silent";
    stuck.group.id = std::to_string(i);
    ASSERT_TRUE(store_->outbox().add(stuck, clock_.now()));
  }
  for (int i = 0; i < 40; ++i)
    ASSERT_TRUE(store_->outbox().add(a_notification("one" + std::to_string(i)), clock_.now()));

  EXPECT_EQ(settle("one39").state, DeliveryState::delivered);

  std::vector<std::string> arrived;
  std::vector<std::string> caused;
  for (const auto& request : server.received()) arrived.push_back(request.headers.at("webhook-id"));
  for (int i = 0; i < 40; ++i) caused.push_back("one" + std::to_string(i));
  EXPECT_EQ(arrived, caused) << "all about one group, so one after the other";
  EXPECT_EQ(store_->outbox().get("stuck0").value().state, DeliveryState::pending);
}

/// What others send must not silence alerts: with all memory in use each sink has one attempt.
TEST_F(OutboxDispatcherTest, SendsOneAtATimeWhileMemoryIsInUse) {
  const auto bodies = memory_.reserve(memory_.bytes());
  ASSERT_TRUE(bodies);
  const ScriptedHttpServer server(std::vector<std::string>(8, good));
  use_sink(server.url(), std::chrono::hours(1));
  for (int i = 0; i < 8; ++i) {
    Notification one = a_notification("one" + std::to_string(i));
    one.group.id = std::to_string(i);
    ASSERT_TRUE(store_->outbox().add(one, clock_.now()));
  }

  EXPECT_EQ(settle("one7").state, DeliveryState::delivered);
  EXPECT_EQ(memory_.used_bytes(), memory_.bytes());
}

TEST_F(OutboxDispatcherTest, GivesBackTheMemoryOfItsAttempts) {
  const ScriptedHttpServer server({busy, good});
  use_sink(server.url(), std::chrono::hours(1));
  ASSERT_TRUE(store_->outbox().add(a_notification("one"), clock_.now()));

  EXPECT_EQ(settle("one").state, DeliveryState::delivered);
  EXPECT_EQ(memory_.used_bytes(), 0U);
}

TEST_F(OutboxDispatcherTest, GoesOnInTheOrderOfTheLedgerAfterARestart) {
  {
    const ScriptedHttpServer nobody({});
    use_sink(nobody.url(), std::chrono::hours(1));
    for (const char* id : {"z", "m", "a"})
      ASSERT_TRUE(store_->outbox().add(a_notification(id), clock_.now()));
    const OutboxDispatcher dispatcher(
        {*store_, {http_, clock_, "http://host"}, clock_, metrics_, memory_});
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (store_->outbox().get("z")->attempts == 0 && std::chrono::steady_clock::now() < deadline)
      sleep_for({}, milliseconds(2));
  }
  const ScriptedHttpServer server({good, good, good});
  use_sink(server.url(), std::chrono::hours(1));

  EXPECT_EQ(settle("a").state, DeliveryState::delivered);

  ASSERT_EQ(server.received().size(), 3U);
  EXPECT_EQ(server.received()[0].headers.at("webhook-id"), "z");
  EXPECT_EQ(server.received()[1].headers.at("webhook-id"), "m");
  const Delivery first = store_->outbox().get("z").value();
  ASSERT_GE(first.attempt_log.size(), 2U);
  EXPECT_FALSE(first.attempt_log.front().error.empty());
  EXPECT_TRUE(first.attempt_log.back().error.empty());
}

TEST_F(OutboxDispatcherTest, LeavesNothingBehindHoweverSoonItEnds) {
  for (int i = 0; i < 200; ++i) {
    {
      const OutboxDispatcher ended(
          {*store_, {http_, clock_, "http://host"}, clock_, metrics_, memory_});
    }
    // Nobody may be told of it any more.
    ASSERT_TRUE(store_->outbox().add(a_notification(std::to_string(i)), clock_.now()));
  }
  EXPECT_EQ(store_->outbox().pending_count(), 200U);
}

TEST_F(OutboxDispatcherTest, StopsWithoutWaitingForAReceiverThatHangs) {
  const testing::SilentListener silent;
  use_sink(silent.url(), std::chrono::hours(1), "ops", std::chrono::minutes(5));
  ASSERT_TRUE(store_->outbox().add(a_notification("one"), clock_.now()));
  std::optional<OutboxDispatcher> dispatcher;
  dispatcher.emplace(
      DispatcherContext{*store_, {http_, clock_, "http://host"}, clock_, metrics_, memory_});
  const auto is_under_way = [&] {
    return metrics_.to_text().find("bellwether_delivery_first_attempt_seconds_count") !=
           std::string::npos;
  };
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!is_under_way() && std::chrono::steady_clock::now() < deadline)
    sleep_for({}, milliseconds(2));
  ASSERT_TRUE(is_under_way());
  const auto began = std::chrono::steady_clock::now();
  dispatcher.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(20));
  const Delivery delivery = store_->outbox().get("one").value();
  EXPECT_EQ(delivery.state, DeliveryState::pending) << "for the next run";
  EXPECT_EQ(delivery.attempts, 0U);
}

}  // namespace
}  // namespace bellwether::pipeline
