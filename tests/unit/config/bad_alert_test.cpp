// Malformed configurations: mistakes in sinks and alerts, and in what they name, each with the
// lines a user sees.

#include "bad_config.hpp"

namespace bellwether::config {
namespace {

/// A detector and a sink that are right; the case follows from line 10.
const std::string shop_and_ops = R"(detectors:
  - name: shop
    interval: 1h
    measures: [{ column: revenue }]
    dimensions: [country]
    source: { http: {} }
sinks:
  - { name: ops, webhook: { url: "http://127.0.0.1:9/" } }
)";

const std::vector<BadConfig> cases{
    {R"(sinks: [{ name: ops, webhook: { url: "ftp://x" } }]
)",
     {"1:38: sinks[0].webhook.url: must begin with http:// or https://"}},
    {R"(sinks:
  - name: ops
    webhook: { url: "http://x", secret: abc }
)",
     {"3:41: sinks[0].webhook.secret: secrets are never inline; use secret_file or secret_env"}},
    {R"(sinks:
  - name: ops
    webhook: { url: "http://x", secret_file: a, secret_env: B }
)",
     {"3:46: sinks[0].webhook.secret_file: give either secret_file or secret_env"}},
    {R"(sinks: [{ name: t, sns: { topic_arn: x } }]
)",
     {"1:38: sinks[0].sns.topic_arn: must be like arn:aws:sns:us-east-1:000000000000:topic"}},
    {R"(sinks: [{ name: t, lambda: { arn: x } }]
)",
     {"1:28: sinks[0].lambda.function_arn: is missing; such as "
      "arn:aws:lambda:us-east-1:000000000000:function:name",
      "1:30: sinks[0].lambda.arn: unknown key 'arn'; known keys are function_arn, endpoint, "
      "region, "
      "credentials, ca_file, timeout"}},
    {R"(sinks: [{ name: t, email: { server: "mail:25", from: me, to: [], username: u } }]
)",
     {"1:27: sinks[0].email.password_file: is missing; give password_file or password_env",
      "1:54: sinks[0].email.from: must be an address, such as ops@example.com",
      "1:62: sinks[0].email.to: must list at least one address"}},
    {R"(sinks:
  - name: t
    kafka: { brokers: "b:9092", topic: t, properties: { compression.type: best, no.such: 1 } }
)",
     {"3:75: sinks[0].kafka.properties.compression.type: Invalid value \"best\" for configuration "
      "property \"compression.codec\"",
      "3:90: sinks[0].kafka.properties.no.such: No such configuration property: \"no.such\""}},
    {R"(sinks: [{ name: t }]
)",
     {"1:9: sinks[0].webhook: is missing; give the kind of sink: webhook, sns, lambda, email or "
      "kafka"}},
    {R"(sinks: [{ name: t, webhook: { url: "http://x", format: teams } }]
)",
     {"1:56: sinks[0].webhook.format: 'teams' is not known; use json, cloudevents, slack, "
      "pagerduty, alertmanager, sns_envelope or template"}},
    {R"(sinks: [{ name: t, webhook: { url: "http://x" }, limits: { concurrency: 0 } }]
)",
     {"1:73: sinks[0].limits.concurrency: must be between 1 and 64"}},
    {R"(sinks: [{ name: t, webhook: { url: "http://x" }, retry: { first_wait: 1h } }]
)",
     {"1:57: sinks[0].retry.longest_wait: must not be shorter than first_wait"}},
    {shop_and_ops + R"(alerts:
  - { name: a, detector: shops, sinks: [ops] }
)",
     {"10:26: alerts[0].detector: there is no detector 'shops' in this file; known detectors: "
      "shop"}},
    {shop_and_ops + R"(alerts:
  - { name: a, detector: shop, sinks: [ops, opps] }
)",
     {"10:45: alerts[0].sinks[1]: there is no sink 'opps' in this file; known sinks: ops"}},
    {shop_and_ops + R"(alerts:
  - name: a
    detector: shop
    filters: { measures: [revenues] }
    sinks: [ops]
)",
     {"12:27: alerts[0].filters.measures[0]: 'revenues' is no measure of detector 'shop'; known "
      "measures: revenue"}},
    {shop_and_ops + R"(alerts:
  - name: a
    detector: shop
    filters:
      dimensions:
        city: [Delft]
    sinks: [ops]
)",
     {"14:15: alerts[0].filters.dimensions.city: 'city' is no dimension of detector 'shop'; known "
      "dimensions: country"}},
    {shop_and_ops + R"(alerts:
  - name: a
    detector: shop
    filters: { dimensions: { country: NL } }
    sinks: [ops]
)",
     {"12:39: alerts[0].filters.dimensions.country: must be a list, such as [a, b]"}},
    {shop_and_ops + R"(alerts:
  - { name: a, detector: shop, notify_on: [open], sinks: [ops] }
)",
     {"10:44: alerts[0].notify_on[0]: 'open' is not known; use opened, escalated, closed, amended "
      "or withdrawn"}},
    {shop_and_ops + R"(alerts:
  - { name: a, detector: shop, notify_on: [], sinks: [ops] }
)",
     {"10:43: alerts[0].notify_on: must list at least one event, such as opened"}},
    {shop_and_ops + R"(alerts:
  - { name: a, detector: shop, direction: sideways, sinks: [ops] }
)",
     {"10:43: alerts[0].direction: 'sideways' is not known; use any, up or down"}},
    {shop_and_ops + R"(alerts:
  - { name: a, detector: shop, severity: 170, sinks: [ops] }
)",
     {"10:42: alerts[0].severity: must be between 0 and 100"}},
    {shop_and_ops + R"(alerts:
  - { name: a, detector: shop, min_change: { percent: -5 }, sinks: [ops] }
)",
     {"10:55: alerts[0].min_change.percent: must not be negative"}},
    {shop_and_ops + R"(alerts:
  - { name: a, detector: shop, min_duration: 0, sinks: [ops] }
)",
     {"10:46: alerts[0].min_duration: must be at least 1 interval"}},
    {shop_and_ops + R"(alert_limits: { values: 1 }
alerts:
  - { name: a, detector: shop, filters: { dimensions: { country: [NL, BE] } }, sinks: [ops] }
)",
     {"11:66: alerts[0].filters.dimensions.country: lists 2 values; at most 1 are allowed "
      "(alert_limits)"}},
    {shop_and_ops + R"(alerts:
  - { name: a, detector: shop }
)",
     {"10:5: alerts[0].sinks: is missing; list the sinks it sends to, such as [ops]"}},
    {shop_and_ops + R"(alerts:
  - { name: a, detector: shop, sinks: [ops] }
  - { name: a, detector: shop, sinks: [ops] }
)",
     {"11:13: alerts[1].name: 'a' is the name of alerts[0] already"}},
};

INSTANTIATE_TEST_SUITE_P(BadAlert, BadConfigs, ::testing::ValuesIn(cases));

}  // namespace
}  // namespace bellwether::config
