#include "slack_format.hpp"

#include <gtest/gtest.h>

#include "cut_text.hpp"
#include "golden.hpp"
#include "made_notification.hpp"
#include "slack_text.hpp"

namespace bellwether::sinks {
namespace {

using document::Node;
using namespace testing;

std::string body_of(const Notification& notification) {
  return make_slack_message(notification, made_context()).body;
}

/// The longest text of a text object anywhere in a message, by its UTF-16 units.
std::size_t longest_text(const Node& node) {
  std::size_t longest = 0;
  if (const auto* list = node.as<Node::List>())
    for (const Node& entry : *list) longest = std::max(longest, longest_text(entry));
  if (const auto* map = node.as<Node::Map>())
    for (const auto& [key, entry] : *map)
      longest = std::max(longest, key == "text" && entry.as<std::string>() != nullptr
                                      ? text_units(*entry.as<std::string>())
                                      : longest_text(entry));
  return longest;
}

TEST(SlackFormat, ShowsOneGroup) { expect_golden(body_of(made_notification()), "slack_opened"); }

TEST(SlackFormat, SaysThatItIsOver) {
  expect_golden(body_of(made_notification(GroupEvent::closed)), "slack_closed");
}

TEST(SlackFormat, ShowsABatchInOneMessage) { expect_golden(body_of(made_batch()), "slack_batch"); }

TEST(SlackFormat, CopesWithWhatIsNotThere) {
  expect_golden(body_of(made_bare_notification()), "slack_bare");
}

TEST(SlackFormat, StaysWithinSlacksLimits) {
  Notification notification = made_batch();
  notification.is_test = true;
  const std::string long_name(5000, '&');
  notification.alert_description = long_name;
  notification.measure = notification.group.primary_measure = long_name;
  notification.group.measures.resize(300, notification.group.measures.front());
  for (GroupMeasure& measure : notification.group.measures) measure.measure = long_name;
  notification.group.series.resize(1000, notification.group.series.front());
  for (GroupSeries& series : notification.group.series)
    series.key = {long_name, {{long_name, long_name}}};
  notification.group.root_causes.resize(20, {{{long_name, long_name}}, long_name, 5});
  notification.others.resize(300, notification.others.front());
  for (GroupNews& other : notification.others) other.group.series[0].key.measure = long_name;

  const auto message = document::parse_json(body_of(notification));

  ASSERT_TRUE(message);
  const auto& blocks = *message->find("blocks")->as<Node::List>();
  EXPECT_LE(blocks.size(), 50);
  EXPECT_LE(longest_text(*message), 3000);
  EXPECT_LE(text_units(*blocks[0].find("text")->find("text")->as<std::string>()), 150);
  const auto& fields = *blocks[1].find("fields")->as<Node::List>();
  EXPECT_LE(fields.size(), 10);
  EXPECT_LE(longest_text(*blocks[1].find("fields")), 2000);
  EXPECT_NE(body_of(notification).find("and 280 more anomalies"), std::string::npos);
}

TEST(SlackFormat, HasNoButtonWithoutAnAddress) {
  MessageContext context = made_context();
  context.public_url.clear();
  EXPECT_EQ(make_slack_message(made_batch(), context).body.find("actions"), std::string::npos);
}

TEST(SlackText, EscapesWhatSlackWouldTakeForMarkup) {
  EXPECT_EQ(slack_text("a <!here> & b", 100), "a &lt;!here&gt; &amp; b");
}

TEST(SlackText, IsCutBetweenEscapesNeverWithin) {
  for (std::size_t limit = 3; limit < 60; ++limit) {
    const std::string cut = slack_text("<<<<<<<<<<<<&&&&&&&&>>>>>>", limit);
    EXPECT_LE(cut.size(), limit);
    std::string rest = cut;
    for (const std::string escape : {"&lt;", "&amp;", "&gt;"})
      for (auto found = rest.find(escape); found != std::string::npos; found = rest.find(escape))
        rest.erase(found, escape.size());
    EXPECT_TRUE(rest == "..." || rest.empty()) << cut;
  }
}

TEST(CutText, CountsAsReceiversDo) {
  EXPECT_EQ(text_units("né😀"), 4);
  EXPECT_EQ(cut_text("né😀", 4), "né😀");
  EXPECT_EQ(cut_text("😀😀😀", 5), "😀...");
  EXPECT_EQ(cut_text("abcdef", 5), "ab...");
  EXPECT_EQ(cut_text("a\nb\xff", 9), "a b\xef\xbf\xbd");
}

}  // namespace
}  // namespace bellwether::sinks
