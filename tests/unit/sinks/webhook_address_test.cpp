#include "webhook_address.hpp"

#include <cstdlib>

#include <gtest/gtest.h>

namespace bellwether::sinks {
namespace {

std::string address_of(WebhookFormat format, const std::string& url) {
  WebhookSpec spec;
  spec.format = format;
  spec.url = url;
  return read_webhook_address(spec).value();
}

TEST(WebhookAddress, IsTheOneThatIsGiven) {
  EXPECT_EQ(address_of(WebhookFormat::json, "http://x/a/"), "http://x/a/");
  EXPECT_EQ(address_of(WebhookFormat::pagerduty, "http://x/"), "http://x/");
}

TEST(WebhookAddress, IsPagerdutysOwnWhereNoneIsGiven) {
  EXPECT_EQ(address_of(WebhookFormat::pagerduty, ""), "https://events.pagerduty.com/v2/enqueue");
}

TEST(WebhookAddress, CompletesThatOfAnAlertmanager) {
  for (const char* url : {"http://x:9093", "http://x:9093/", "http://x:9093/api/v2/alerts",
                          "http://x:9093/api/v2/alerts/"})
    EXPECT_EQ(address_of(WebhookFormat::alertmanager, url), "http://x:9093/api/v2/alerts");
  EXPECT_EQ(address_of(WebhookFormat::alertmanager, "http://x/am"), "http://x/am/api/v2/alerts");
}

TEST(WebhookAddress, MayBeASecretAndIsNeverQuoted) {
  WebhookSpec spec;
  spec.url_secret.environment_variable = "BELLWETHER_TEST_ADDRESS";
  ::setenv("BELLWETHER_TEST_ADDRESS", "https://hooks.example.org/T0/secret", 1);
  EXPECT_EQ(read_webhook_address(spec).value(), "https://hooks.example.org/T0/secret");

  ::setenv("BELLWETHER_TEST_ADDRESS", "hooks.example.org/T0/secret", 1);
  EXPECT_EQ(read_webhook_address(spec).error().message,
            "what url_env 'BELLWETHER_TEST_ADDRESS' holds is no address: it must begin with "
            "http:// or https://");
}

}  // namespace
}  // namespace bellwether::sinks
