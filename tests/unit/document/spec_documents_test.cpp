#include "bellwether/document/spec_documents.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bellwether/document/json.hpp"

namespace bellwether::document {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

template <class Spec>
Spec read(std::string_view text, Spec (*reader)(Section&), Problems& problems) {
  const auto node = parse_json(text);
  EXPECT_TRUE(node) << node.error().message;
  Section section(*node, "", problems);
  return reader(section);
}

template <class Spec>
std::vector<std::string> complaints(std::string_view text, Spec (*reader)(Section&)) {
  Problems problems;
  read(text, reader, problems);
  std::vector<std::string> lines;
  for (const auto& problem : problems) lines.push_back(problem.field + ": " + problem.message);
  return lines;
}

/// Writes, sends through JSON and reads again.
template <class Spec>
Spec there_and_back(const Spec& spec, Node (*writer)(const Spec&), Spec (*reader)(Section&)) {
  Problems problems;
  Spec back = read(to_json(writer(spec)), reader, problems);
  EXPECT_THAT(problems, IsEmpty());
  return back;
}

DetectorSpec a_detector() {
  DetectorSpec spec;
  spec.name = "ecommerce";
  spec.measures = {{"views", Aggregate::sum}, {"revenue", Aggregate::avg}};
  spec.dimensions = {"platform", "marketplace"};
  return spec;
}

TEST(DetectorDocument, ReadsBackWhatItWrote) {
  DetectorSpec spec = a_detector();
  EXPECT_EQ(there_and_back(spec, write_detector, read_detector), spec);

  spec.description = "Shop \"north\"";
  spec.interval = std::chrono::minutes(30);
  spec.offset = std::chrono::seconds(90);
  spec.timestamp = {"ts", "UNIX", "Europe/Amsterdam"};
  spec.where = {{"marketplace", {"us", "1", "NO"}}};
  spec.rollups = {RollupKind::listed, {{"platform"}, {}, {"platform", "marketplace"}}};
  spec.on_missing = OnMissing::zero;
  spec.learning_intervals = 77;
  spec.series_ttl = std::chrono::days(9);
  spec.max_series = 12;
  spec.max_value_length = 99;
  spec.threshold = 62.5;
  spec.patterns = true;
  spec.late_window = std::chrono::hours(30);
  spec.source = FileSourceSpec{.path = "data/*.csv",
                               .follow = true,
                               .historical = {"old/*.csv"},
                               .format = CsvFormat{false, "|", "", Compression::gzip, {"a", "b"}}};
  spec.active = false;
  EXPECT_EQ(there_and_back(spec, write_detector, read_detector), spec);

  spec.rollups = {RollupKind::leaf, {}};
  std::get<FileSourceSpec>(spec.source).format = JsonFormat{Compression::gzip};
  EXPECT_EQ(there_and_back(spec, write_detector, read_detector), spec);
}

TEST(DetectorDocument, FillsInTheDefaults) {
  Problems problems;
  const auto spec =
      read(R"({"name":"a","interval":"5m","measures":[{"column":"x"}],"source":{"http":{}}})",
           read_detector, problems);
  EXPECT_THAT(problems, IsEmpty());
  DetectorSpec expected;
  expected.name = "a";
  expected.interval = std::chrono::minutes(5);
  expected.measures = {{"x", Aggregate::sum}};
  EXPECT_EQ(spec, expected);
}

TEST(DetectorDocument, TakesTheShortFormOfAFormat) {
  Problems problems;
  const auto spec = read(
      R"({"name":"a","interval":"5m","measures":[{"column":"x"}],
          "source":{"file":{"path":"x","format":"json"}}})",
      read_detector, problems);
  EXPECT_THAT(problems, IsEmpty());
  EXPECT_EQ(std::get<FileSourceSpec>(spec.source).format, RowFormat(JsonFormat{}));
}

TEST(DetectorDocument, SaysWhatIsMissing) {
  EXPECT_THAT(
      complaints("{}", read_detector),
      ElementsAre(
          "name: is missing", "interval: is missing; give the time step, such as 5m, 1h or 1d",
          "measures: is missing; list at least one, such as [{ column: revenue, aggregate: "
          "sum }]",
          "source: is missing; say where rows come from: file, kafka, s3, postgres or http"));
}

std::vector<std::string> complaints_of_source(const std::string& source) {
  return complaints(
      R"({"name":"a","interval":"5m","measures":[{"column":"x"}],"source":)" + source + "}",
      read_detector);
}

TEST(DetectorDocument, WantsExactlyOneKindOfSource) {
  EXPECT_THAT(
      complaints_of_source("{}"),
      ElementsAre("source: must give the kind of source: file, kafka, s3, postgres or http"));
  EXPECT_THAT(complaints_of_source(R"({"http":{},"file":{"path":"x"}})"),
              ElementsAre("source: must give exactly one kind of source"));
}

TEST(DetectorDocument, ReadsBackAKafkaSource) {
  DetectorSpec spec = a_detector();
  KafkaSourceSpec kafka;
  kafka.brokers = "a:9092,b:9092";
  kafka.topic = "orders";
  spec.source = kafka;
  EXPECT_EQ(there_and_back(spec, write_detector, read_detector), spec);

  kafka.group = "g";
  CsvFormat csv;
  csv.has_header = false;
  csv.columns = {"timestamp", "platform", "marketplace", "views"};
  kafka.format = csv;
  kafka.has_message_time = true;
  kafka.start = KafkaStart::latest;
  kafka.idle_timeout = std::chrono::seconds(7);
  kafka.dead_letter_topic = "dead";
  kafka.properties = {{"security.protocol", "SASL_SSL"}, {"fetch.wait.max.ms", "20"}};
  kafka.secret_properties["sasl.password"].file = "secret";
  kafka.secret_properties["ssl.key.password"].environment_variable = "KEY";
  spec.source = kafka;
  EXPECT_EQ(there_and_back(spec, write_detector, read_detector), spec);
}

TEST(DetectorDocument, ChecksWhatAKafkaSourceSays) {
  EXPECT_THAT(
      complaints_of_source(R"({"kafka":{"brokers":"b","topic":"a b","format":"csv",
        "idle_timeout":"0s","dead_letter_topic":"^x","properties":{"group.id":"g","sasl.password":"p",
        "plugin.library.paths":"x.so"},"secret_properties":{"ssl.key.password":{}}}})"),
      ::testing::UnorderedElementsAre(
          "source.kafka.topic: must be 1 to 249 letters, digits, dots, underscores and hyphens",
          "source.kafka.idle_timeout: must be longer than zero",
          "source.kafka.dead_letter_topic: must be 1 to 249 letters, digits, dots, underscores and "
          "hyphens",
          "source.kafka.format.csv.header: must be false: a message has no header; use columns",
          "source.kafka.format.csv.columns: is missing; name the columns of a message in order",
          "source.kafka.properties.group.id: cannot be set: use group",
          "source.kafka.properties.plugin.library.paths: cannot be set: it would run code of "
          "others "
          "in the server",
          "source.kafka.properties.sasl.password: secrets are never inline; use secret_properties "
          "with file or env",
          "source.kafka.secret_properties.ssl.key.password: must give either file or env"));
}

TEST(DetectorDocument, ChecksTheKeysOfAnS3Source) {
  EXPECT_THAT(
      complaints_of_source(R"({"s3":{"path":"s3://bucket/x","credentials":{"secret":"x"}}})"),
      ElementsAre("source.s3.credentials.access_key_id: is missing",
                  "source.s3.credentials.secret: secrets are never inline; use secret_file or "
                  "secret_env"));
  EXPECT_THAT(complaints_of_source(R"({"s3":{"path":"s3://bucket/x","addressing":"dns"}})"),
              ElementsAre("source.s3.addressing: 'dns' is not known; use auto, path or "
                          "virtual_host"));
}

TEST(DetectorDocument, ReadsAPostgresSourceBack) {
  for (const std::string source :
       {R"({"url_env":"URL","table":"s.t","historical":"30d","statement_timeout":"1m"})",
        R"({"url_file":"/x","query":"SELECT :from, :to","historical":500,"give_up_after":"2h"})"}) {
    Problems problems;
    const DetectorSpec spec =
        read(R"({"name":"a","interval":"5m","measures":[{"column":"x"}],"source":{"postgres":)" +
                 source + "}}",
             read_detector, problems);
    EXPECT_THAT(problems, IsEmpty());
    EXPECT_TRUE(std::holds_alternative<PostgresSourceSpec>(spec.source));
    EXPECT_EQ(there_and_back(spec, write_detector, read_detector), spec);
  }
}

TEST(DetectorDocument, ChecksWhatAPostgresSourceSays) {
  EXPECT_THAT(complaints_of_source(R"({"postgres":{}})"),
              ElementsAre("source.postgres.url_file: is missing; give url_file or url_env, where "
                          "the URL of the database is read",
                          "source.postgres.table: is missing; give a table, or a query with :from "
                          "and :to"));
  EXPECT_THAT(
      complaints_of_source(R"({"postgres":{"url":"x","url_env":"A","url_file":"b","table":"a..b",
                               "historical":true,"statement_timeout":"1ms"}})"),
      ElementsAre("source.postgres.url: holds a password and is never inline; use url_file or "
                  "url_env",
                  "source.postgres.historical: must be a duration such as 30d, or a number of "
                  "intervals such as 500",
                  "source.postgres.url_env: give either url_file or url_env, not both",
                  "source.postgres.table: 'a..b' has an empty part; write table, schema.table or "
                  "\"odd.schema\".table",
                  "source.postgres.statement_timeout: must be between 1s and 1d"));
  EXPECT_THAT(
      complaints_of_source(R"({"postgres":{"url_env":"A","table":"t","query":"SELECT :from"}})"),
      ElementsAre("source.postgres.table: give either a table or a query, not both",
                  "source.postgres.query: has no :to; ask for one interval, as in: WHERE "
                  "ts >= :from AND ts < :to"));
}

TEST(DetectorDocument, ChecksWhatTheFileFormatSays) {
  EXPECT_THAT(
      complaints_of_source(R"({"file":{"path":"x","format":{"csv":{"delimiter":";;"}}}})"),
      ElementsAre("source.file.format.csv.delimiter: must be one character, such as ',' or '|'"));
  EXPECT_THAT(complaints_of_source(R"({"file":{"path":"x","format":{"csv":{},"json":{}}}})"),
              ElementsAre("source.file.format: give either csv or json, not both"));
  EXPECT_THAT(complaints_of_source(R"({"file":{"path":"x","format":"xml"}})"),
              ElementsAre("source.file.format: 'xml' is not known; use csv or json"));
}

TEST(DetectorDocument, ReportsAMistakeOnceAndInItsPlace) {
  EXPECT_THAT(
      complaints(R"({"name":"a","interval":"5m","measures":["x",{"column":"y","aggregate":"p99"}],
                             "source":{"http":{}}})",
                 read_detector),
      ElementsAre("measures[0]: must be a map of keys and values",
                  "measures[1].aggregate: 'p99' is not known; use sum, avg, min, max or count"));
}

TEST(AlertDocument, ReadsBackWhatItWrote) {
  AlertSpec spec;
  spec.name = "revenue";
  spec.detector = "ecommerce";
  spec.sinks = {"ops"};
  EXPECT_EQ(there_and_back(spec, write_alert, read_alert), spec);

  spec.description = "d";
  spec.severity = 20;
  spec.direction = Direction::down;
  spec.min_change = {1.5, 10};
  spec.notify_on = {GroupEvent::opened, GroupEvent::withdrawn};
  spec.filters = {{"revenue"}, {{"marketplace", {"US", "CA"}}, {"a.b", {"1"}}}};
  spec.min_duration = 3;
  spec.top_n = 5;
  spec.cooldown = std::chrono::minutes(90);
  spec.batch = true;
  spec.enabled = false;
  EXPECT_EQ(there_and_back(spec, write_alert, read_alert), spec);
}

TEST(AlertDocument, RefusesUnknownWords) {
  EXPECT_THAT(
      complaints(
          R"({"name":"a","detector":"d","sinks":["s"],"direction":"left","notify_on":["open"]})",
          read_alert),
      ElementsAre("direction: 'left' is not known; use any, up or down",
                  "notify_on[0]: 'open' is not known; use opened, escalated, closed, amended or "
                  "withdrawn"));
}

TEST(SinkDocument, ReadsBackWhatItWrote) {
  SinkSpec spec;
  spec.name = "ops";
  std::get<WebhookSpec>(spec.target).url = "https://example.org/hook";
  EXPECT_EQ(there_and_back(spec, write_sink, read_sink), spec);

  spec.retry = {std::chrono::seconds(2), std::chrono::minutes(1), std::chrono::hours(2)};
  spec.limits = {
      .concurrency = 2, .per_minute = 60, .failures_to_pause = 9, .allow_private_targets = false};
  EXPECT_EQ(there_and_back(spec, write_sink, read_sink), spec);
}

TEST(SinkDocument, ReadsBackEveryKindOfTarget) {
  const AwsCredentials keys{"AKIAEXAMPLE", {"key", ""}, {"", "TOKEN"}};
  const std::vector<SinkTarget> targets{
      WebhookSpec{.url = "https://example.org/hook",
                  .secret = {"", "HOOK_SECRET"},
                  .format = WebhookFormat::cloudevents,
                  .headers = {{"X-Team", "ops"}},
                  .secret_headers = {{"Authorization", {"", "HOOK_TOKEN"}}},
                  .ca_file = "ca.pem",
                  .timeout = std::chrono::milliseconds(2500)},
      WebhookSpec{.url_secret = {"address", ""}, .format = WebhookFormat::slack},
      WebhookSpec{.format = WebhookFormat::pagerduty, .routing_key = {"", "KEY"}},
      WebhookSpec{.url = "http://x",
                  .format = WebhookFormat::user_template,
                  .body_template = "severity {{ anomaly.severity }}",
                  .content_type = "text/plain"},
      SnsSpec{.topic_arn = "arn:aws:sns:us-east-1:000000000000:topic",
              .format = SnsFormat::long_text,
              .endpoint = "http://127.0.0.1:4566",
              .region = "eu-west-1",
              .credentials = keys,
              .ca_file = "ca.pem",
              .timeout = std::chrono::seconds(3)},
      LambdaSpec{.function_arn = "arn:aws:lambda:us-east-1:000000000000:function:f:live"},
      EmailSpec{.server = "mail.example.org:587",
                .security = MailSecurity::tls,
                .from = "bellwether@example.org",
                .to = {"ops@example.org", "dev@example.org"},
                .username = "bellwether",
                .password = {"password", ""},
                .ca_file = "ca.pem"},
      KafkaSinkSpec{.brokers = "a:9092,b:9092",
                    .topic = "alerts",
                    .properties = {{"security.protocol", "SASL_SSL"}},
                    .secret_properties = {{"sasl.password", {"", "KAFKA_PASSWORD"}}},
                    .timeout = std::chrono::seconds(5)},
  };
  for (const SinkTarget& target : targets) {
    const SinkSpec spec{.name = "ops", .target = target};
    EXPECT_EQ(there_and_back(spec, write_sink, read_sink), spec) << target.index();
  }
}

TEST(SinkDocument, WantsOneKindOfTarget) {
  EXPECT_THAT(
      complaints(R"({"name":"a"})", read_sink),
      ElementsAre(
          "webhook: is missing; give the kind of sink: webhook, sns, lambda, email or kafka"));
  EXPECT_THAT(complaints(R"({"name":"a","webhook":{"url":"http://x"},
                             "kafka":{"brokers":"b","topic":"t"}})",
                         read_sink),
              ElementsAre("kafka: is given beside webhook; a sink has one kind, so make another "
                          "sink of it"));
}

TEST(SinkDocument, RefusesWhatBelongsToAnotherFormat) {
  EXPECT_THAT(complaints(R"({"name":"a","webhook":{"url":"http://x","template":"b"}})", read_sink),
              ElementsAre("webhook.template: needs format: template"));
  EXPECT_THAT(complaints(R"({"name":"a","webhook":{"format":"pagerduty"}})", read_sink),
              ElementsAre("webhook.routing_key_file: is missing; give routing_key_file or "
                          "routing_key_env"));
  EXPECT_THAT(complaints(R"({"name":"a","email":{"server":"m","from":"a@b","to":["c@d"],
                             "username":"u","password_env":"P","security":"none"}})",
                         read_sink),
              ElementsAre("email.security: must be starttls or tls: a password would go in the "
                          "clear"));
}

TEST(SinkDocument, RefusesASecretInPlainSight) {
  EXPECT_THAT(
      complaints(R"({"name":"a","webhook":{"url":"http://x","secret":"s"}})", read_sink),
      ElementsAre("webhook.secret: secrets are never inline; use secret_file or secret_env"));
}

TEST(SilenceDocument, ReadsBackWhatItWrote) {
  Silence silence;
  silence.id = "5";
  silence.alert = "revenue";
  silence.dimensions = {{"marketplace", {"US", "CA"}}};
  silence.from = TimePoint(std::chrono::hours(1));
  silence.until = TimePoint(std::chrono::hours(2));
  silence.owner = "ops";
  silence.reason = "sale";
  EXPECT_EQ(there_and_back(silence, write_silence, read_silence), silence);
  silence.anomaly = "0b0a7bfe";
  silence.until.reset();
  silence.until_closed = true;
  silence.recurring = WeeklyWindow{};
  silence.recurring->rule = *parse_weekly_rule("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU");
  silence.recurring->timezone = "Europe/Berlin";
  silence.recurring->from = std::chrono::minutes(90);
  silence.recurring->until = std::chrono::hours(24);
  EXPECT_EQ(there_and_back(silence, write_silence, read_silence), silence);
}

constexpr const char* silence_begin = R"({"from":"1970-01-01T00:00:00Z","owner":"o","reason":"r",)";

TEST(SilenceDocument, TakesDaysAndSingleValuesAsPeopleWriteThem) {
  Problems problems;
  const auto node = parse_json(std::string(silence_begin) +
                               R"("dimensions":{"country":"NL","device":["web","app"]},
         "recurring":{"weekdays":["sat","Sunday"],"from":"22:00","until":"06:00"}})");
  ASSERT_TRUE(node.has_value());
  Section section(*node, "", problems);
  const Silence silence = read_silence(section);
  EXPECT_THAT(problems, IsEmpty());
  EXPECT_EQ(silence.dimensions.at("country"), std::vector<std::string>{"NL"});
  EXPECT_EQ(silence.dimensions.at("device").size(), 2U);
  EXPECT_EQ(to_string(silence.recurring->rule), "FREQ=WEEKLY;BYDAY=SU,SA");
  EXPECT_EQ(silence.recurring->from, std::chrono::hours(22));
  EXPECT_EQ(silence.recurring->until, std::chrono::hours(6));
}

TEST(SilenceDocument, SaysWhatIsWrong) {
  const auto wrong = [](const std::string& rest) {
    return complaints(silence_begin + rest + "}", read_silence);
  };
  EXPECT_THAT(wrong(R"("until":"1970-01-01T00:00:00Z")"),
              ElementsAre("until: must be later than from"));
  EXPECT_THAT(wrong(R"("alert":"a")"),
              ElementsAre("until: is missing; only a recurring silence and that of an anomaly need "
                          "none"));
  EXPECT_THAT(wrong(R"("recurring":{"rule":"FREQ=DAILY"})"),
              ElementsAre("recurring.rule: FREQ=DAILY is not understood; only FREQ=WEEKLY is "
                          "known"));
  EXPECT_THAT(wrong(R"("recurring":{"weekdays":["sonntag"],"from":"8:00"})"),
              ElementsAre("recurring.weekdays[0]: 'sonntag' is no day; write it like monday or mon",
                          "recurring.from: '8:00' is not known; use a time of day, such as "
                          "\"08:30\""));
  EXPECT_THAT(wrong(R"("recurring":{})"),
              ElementsAre("recurring.weekdays: is missing; or give rule, such as "
                          "FREQ=WEEKLY;BYDAY=SA,SU"));
}

}  // namespace
}  // namespace bellwether::document
