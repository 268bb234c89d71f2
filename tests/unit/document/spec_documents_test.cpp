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
      ElementsAre("name: is missing",
                  "interval: is missing; give the time step, such as 5m, 1h or 1d",
                  "measures: is missing; list at least one, such as [{ column: revenue, aggregate: "
                  "sum }]",
                  "source: is missing; say where rows come from: file, http, postgres or s3"));
}

std::vector<std::string> complaints_of_source(const std::string& source) {
  return complaints(
      R"({"name":"a","interval":"5m","measures":[{"column":"x"}],"source":)" + source + "}",
      read_detector);
}

TEST(DetectorDocument, WantsExactlyOneKindOfSource) {
  EXPECT_THAT(complaints_of_source("{}"),
              ElementsAre("source: must give the kind of source: file, http, postgres or s3"));
  EXPECT_THAT(complaints_of_source(R"({"http":{},"file":{"path":"x"}})"),
              ElementsAre("source: must give exactly one kind of source"));
  for (const std::string kind : {"kafka"})
    EXPECT_THAT(
        complaints_of_source("{\"" + kind + "\":{}}"),
        ElementsAre("source." + kind + ": " + kind +
                    " sources are not available in this version; use file, http, postgres or s3"));
}

TEST(DetectorDocument, ReadsBackAnS3Source) {
  DetectorSpec spec = a_detector();
  spec.source = S3SourceSpec{.path = "s3://bucket/{{yyyyMMdd}}/"};
  EXPECT_EQ(there_and_back(spec, write_detector, read_detector), spec);

  spec.source =
      S3SourceSpec{.path = "s3://bucket/{{yyyyMMdd}}/",
                   .historical = {"s3://bucket/old", "s3://bucket/older.csv"},
                   .format = JsonFormat{},
                   .endpoint = "http://127.0.0.1:9000",
                   .region = "eu-west-1",
                   .addressing = S3Addressing::virtual_host,
                   .credentials = {.access_key_id = "A",
                                   .secret = {.file = "secret", .environment_variable = ""},
                                   .session_token = {.file = "", .environment_variable = "TOKEN"}},
                   .ca_file = "ca.pem",
                   .lookback = Lookback{.span = std::chrono::days(3), .intervals = 0},
                   .historical_intervals = 100,
                   .give_up_after = std::chrono::minutes(2),
                   .part_bytes = 65536,
                   .parallel_requests = 2};
  EXPECT_EQ(there_and_back(spec, write_detector, read_detector), spec);

  std::get<S3SourceSpec>(spec.source).lookback = Lookback{};
  EXPECT_EQ(there_and_back(spec, write_detector, read_detector), spec);
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

  spec.target = WebhookSpec{.url = "https://example.org/hook",
                            .secret = {"key", ""},
                            .format = "json",
                            .timeout = std::chrono::milliseconds(2500)};
  spec.retry = {std::chrono::seconds(2), std::chrono::minutes(1), std::chrono::hours(2)};
  EXPECT_EQ(there_and_back(spec, write_sink, read_sink), spec);

  std::get<WebhookSpec>(spec.target).secret = {"", "HOOK_SECRET"};
  EXPECT_EQ(there_and_back(spec, write_sink, read_sink), spec);
}

TEST(SinkDocument, NamesTheKindsThatAreNotThereYet) {
  EXPECT_THAT(complaints(R"({"name":"a","sns":{"topic_arn":"x"}})", read_sink),
              ElementsAre("sns: sns sinks are not available in this version; use webhook"));
  EXPECT_THAT(complaints(R"({"name":"a"})", read_sink),
              ElementsAre("webhook: is missing; give the kind of sink: webhook"));
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
  silence.dimensions = {{"marketplace", "US"}};
  silence.from = TimePoint(std::chrono::hours(1));
  silence.until = TimePoint(std::chrono::hours(2));
  silence.owner = "ops";
  silence.reason = "sale";
  EXPECT_EQ(there_and_back(silence, write_silence, read_silence), silence);
  EXPECT_THAT(
      complaints(R"({"from":"1970-01-01T00:00:00Z","until":"1970-01-01T00:00:00Z","owner":"o",
                            "reason":"r"})",
                 read_silence),
      Contains("until: must be later than from"));
}

}  // namespace
}  // namespace bellwether::document
