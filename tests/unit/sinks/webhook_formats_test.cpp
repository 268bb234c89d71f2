// The formats that need one request and nothing but the notification; each has a golden file.

#include <gtest/gtest.h>

#include "cloudevents_format.hpp"
#include "golden.hpp"
#include "json_format.hpp"
#include "made_notification.hpp"
#include "template_format.hpp"

namespace bellwether::sinks {
namespace {

using namespace testing;

TEST(JsonFormat, IsTheContractsBody) {
  const auto message = make_json_message(made_notification(), made_context());
  EXPECT_EQ(message.content_type, "application/json");
  expect_golden(message.body, "json_opened");
}

TEST(JsonFormat, PutsTheRestOfABatchBesideTheMostSevereGroup) {
  expect_golden(make_json_message(made_batch(), made_context()).body, "json_batch");
}

TEST(JsonFormat, CopesWithWhatIsNotThere) {
  expect_golden(make_json_message(made_bare_notification(), made_context()).body, "json_bare");
}

TEST(JsonFormat, SendsAHundredSeriesAndOfOthersTen) {
  Notification notification = made_batch();
  notification.group.series.resize(250, notification.group.series.front());
  notification.others[0].group.series.resize(250, notification.group.series.front());
  const auto body = make_json_body(notification, made_context());
  EXPECT_EQ(body.find("anomaly")->find("series")->as<document::Node::List>()->size(), 100);
  const auto& other = body.find("others")->as<document::Node::List>()->at(0);
  EXPECT_EQ(other.find("anomaly")->find("series")->as<document::Node::List>()->size(), 10);
}

TEST(CloudeventsFormat, WrapsTheContractsBody) {
  const auto message = make_cloudevents_message(made_notification(), made_context());
  EXPECT_EQ(message.content_type, "application/cloudevents+json");
  expect_golden(message.body, "cloudevents_opened");
}

TEST(CloudeventsFormat, NamesItsSourceAlsoWithoutAnAddress) {
  MessageContext context = made_context();
  context.public_url.clear();
  const auto event =
      document::parse_json(make_cloudevents_message(made_bare_notification(), context).body);
  EXPECT_EQ(*event->find("source"), document::Node("/api/v1/detectors/ecommerce"));
  EXPECT_EQ(*event->find("time"), document::Node("2026-03-20T08:00:03.250Z"));
}

TEST(TemplateFormat, FillsInTheContractsBody) {
  constexpr std::string_view text =
      R"({"title": "{{ anomaly.primary_measure }} {{ anomaly.severity }}",)"
      R"( "who": "{{ anomaly.series[1].dimensions.category }}",)"
      R"( "value": {{ anomaly.series[1].value | json }},)"
      R"( "third": {{ anomaly.series[2].value | json }}})";
  const auto compiled = document::compile_webhook_template(text, "application/vnd.own+json");
  ASSERT_TRUE(compiled) << compiled.error().message;

  const auto message = make_template_message(made_notification(), made_context(), *compiled,
                                             "application/vnd.own+json");

  EXPECT_EQ(message.content_type, "application/vnd.own+json");
  EXPECT_EQ(message.body,
            R"({"title": "revenue 77.3", "who": "<!channel> & \"friends\"", "value": null,)"
            R"( "third": null})");
}

}  // namespace
}  // namespace bellwether::sinks
