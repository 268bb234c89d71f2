#include "alertmanager_format.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "golden.hpp"
#include "made_notification.hpp"

namespace bellwether::sinks {
namespace {

using document::Node;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;
using namespace testing;

constexpr const char* now = "2026-03-20T08:00:03.250Z";

std::string label(const Node& alert, const char* name) {
  const Node* found = alert.find("labels")->find(name);
  return found == nullptr ? "" : *found->as<std::string>();
}

/// "measure/severity" of each alert, with "-" in front of those that are ended.
std::vector<std::string> faces_in(const WebhookMessage& message) {
  std::vector<std::string> faces;
  const auto body = document::parse_json(message.body).value();
  for (const Node& alert : *body.as<Node::List>())
    faces.push_back((*alert.find("endsAt") == Node(now) ? "-" : "") + label(alert, "measure") +
                    "/" + label(alert, "severity"));
  return faces;
}

std::vector<std::string> faces_of(AlertmanagerFormat& format, GroupEvent event, double severity,
                                  const char* measure = "revenue") {
  Notification notification = made_notification(event);
  notification.group.severity = severity;
  notification.measure = measure;
  return faces_in(format.make(notification, made_context()));
}

TEST(AlertmanagerFormat, PostsAnAlertPerGroup) {
  AlertmanagerFormat format;
  expect_golden(format.make(made_notification(), made_context()).body, "alertmanager_opened");
}

TEST(AlertmanagerFormat, EndsItWhenTheGroupIsOver) {
  AlertmanagerFormat format;
  EXPECT_THAT(faces_of(format, GroupEvent::opened, 77.3), ElementsAre("revenue/error"));
  EXPECT_THAT(faces_of(format, GroupEvent::closed, 77.3), ElementsAre("-revenue/error"));
  AlertmanagerFormat another;
  EXPECT_THAT(faces_of(another, GroupEvent::opened, 77.3), ElementsAre("revenue/error"));
  EXPECT_THAT(faces_of(another, GroupEvent::withdrawn, 77.3), ElementsAre("-revenue/error"));
}

TEST(AlertmanagerFormat, EndsTheAlertWithTheFormerLabelsWhenTheyChange) {
  AlertmanagerFormat format;
  EXPECT_THAT(faces_of(format, GroupEvent::opened, 55), ElementsAre("revenue/warning"));
  EXPECT_THAT(faces_of(format, GroupEvent::escalated, 95),
              ElementsAre("revenue/critical", "-revenue/warning"));
  EXPECT_THAT(faces_of(format, GroupEvent::escalated, 95, "orders"),
              ElementsAre("orders/critical", "-revenue/warning", "-revenue/critical"));
  EXPECT_THAT(faces_of(format, GroupEvent::closed, 95, "orders"),
              ElementsAre("-orders/critical", "-revenue/warning", "-revenue/critical"));
}

TEST(AlertmanagerFormat, EndsTheSameAgainAtASecondAttempt) {
  AlertmanagerFormat format;
  faces_of(format, GroupEvent::opened, 55);
  const auto first = faces_of(format, GroupEvent::escalated, 95);
  EXPECT_EQ(faces_of(format, GroupEvent::escalated, 95), first);
}

TEST(AlertmanagerFormat, EndsWhateverMayStandAfterARestart) {
  AlertmanagerFormat format;
  EXPECT_THAT(faces_of(format, GroupEvent::closed, 77.3),
              UnorderedElementsAre("-revenue/error", "-revenue/warning", "-revenue/info",
                                   "-orders/error", "-orders/warning", "-orders/info"));
  AlertmanagerFormat another;
  EXPECT_THAT(faces_of(another, GroupEvent::amended, 55), ::testing::Contains("-revenue/critical"));
}

TEST(AlertmanagerFormat, KeepsGroupsAndAlertsApart) {
  AlertmanagerFormat format;
  EXPECT_THAT(faces_in(format.make(made_batch(), made_context())),
              ::testing::IsSupersetOf({"revenue/error", "-orders/warning"}));
  Notification other = made_notification(GroupEvent::opened);
  other.alert = "all";
  other.group.severity = 95;
  EXPECT_THAT(faces_in(format.make(other, made_context())), ElementsAre("revenue/critical"));
}

TEST(AlertmanagerFormat, StartsNoAlertAfterItsEnd) {
  Notification notification = made_notification(GroupEvent::closed);
  notification.group.start = at("2031-01-01T00:00:00Z");  // A replay clock ahead of ours.
  AlertmanagerFormat format;
  const auto body = document::parse_json(format.make(notification, made_context()).body).value();
  EXPECT_EQ(*body.as<Node::List>()->at(0).find("startsAt"), Node(now));
}

TEST(AlertmanagerFormat, CopesWithWhatIsNotThere) {
  AlertmanagerFormat format;
  expect_golden(format.make(made_bare_notification(), made_context()).body, "alertmanager_bare");
}

}  // namespace
}  // namespace bellwether::sinks
