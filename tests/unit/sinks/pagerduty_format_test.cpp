#include "pagerduty_format.hpp"

#include <gtest/gtest.h>

#include "cut_text.hpp"
#include "golden.hpp"
#include "made_notification.hpp"

namespace bellwether::sinks {
namespace {

using document::Node;
using namespace testing;

const std::string key = "0123456789abcdef0123456789abcdef";

std::vector<Node> events_of(const Notification& notification) {
  std::vector<Node> events;
  for (const auto& message : make_pagerduty_messages(notification, made_context(), key))
    events.push_back(document::parse_json(message.body).value());
  return events;
}

TEST(PagerdutyFormat, TriggersForAGroupThatWasOpened) {
  const auto messages = make_pagerduty_messages(made_notification(), made_context(), key);
  ASSERT_EQ(messages.size(), 1);
  expect_golden(messages[0].body, "pagerduty_opened");
}

TEST(PagerdutyFormat, CopesWithWhatIsNotThere) {
  const auto messages = make_pagerduty_messages(made_bare_notification(), made_context(), key);
  expect_golden(messages.at(0).body, "pagerduty_bare");
}

TEST(PagerdutyFormat, ResolvesUnderTheKeyItTriggeredWith) {
  const auto trigger = events_of(made_notification()).at(0);
  for (const auto event : {GroupEvent::closed, GroupEvent::withdrawn}) {
    const auto resolve = events_of(made_notification(event)).at(0);
    EXPECT_EQ(*resolve.find("event_action"), Node("resolve"));
    EXPECT_EQ(*resolve.find("dedup_key"), *trigger.find("dedup_key"));
  }
  for (const auto event : {GroupEvent::escalated, GroupEvent::amended}) {
    const auto again = events_of(made_notification(event)).at(0);
    EXPECT_EQ(*again.find("event_action"), Node("trigger"));
    EXPECT_EQ(*again.find("dedup_key"), *trigger.find("dedup_key"));
  }
}

TEST(PagerdutyFormat, KeepsAlertsApartThatTellOfOneGroup) {
  Notification other = made_notification();
  other.alert = "all";
  EXPECT_NE(*events_of(other)[0].find("dedup_key"),
            *events_of(made_notification())[0].find("dedup_key"));
}

TEST(PagerdutyFormat, SendsABatchAsOneEventPerGroup) {
  const auto events = events_of(made_batch());
  ASSERT_EQ(events.size(), 2);
  EXPECT_EQ(*events[0].find("event_action"), Node("trigger"));
  EXPECT_EQ(*events[1].find("event_action"), Node("resolve"));
  EXPECT_NE(*events[0].find("dedup_key"), *events[1].find("dedup_key"));
  EXPECT_EQ(*events[1].find("payload")->find("component"), Node("orders"));
}

TEST(PagerdutyFormat, TellsSeveritiesApart) {
  const std::pair<double, const char*> words[] = {
      {100, "critical"}, {90, "critical"}, {89.9, "error"}, {70, "error"},
      {69.9, "warning"}, {50, "warning"},  {49.9, "info"},  {0, "info"}};
  for (const auto& [severity, word] : words) {
    Notification notification = made_notification();
    notification.group.severity = severity;
    EXPECT_EQ(*events_of(notification)[0].find("payload")->find("severity"), Node(word))
        << severity;
  }
}

TEST(PagerdutyFormat, KeepsTheSummaryWithinItsLimit) {
  Notification notification = made_notification();
  notification.measure = std::string(5000, 'x');
  const auto event = events_of(notification)[0];
  EXPECT_EQ(text_units(*event.find("payload")->find("summary")->as<std::string>()), 1024);
}

}  // namespace
}  // namespace bellwether::sinks
