#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bellwether/document/json.hpp"
#include "bellwether/document/spec_documents.hpp"

namespace bellwether::document {
namespace {

using ::testing::ElementsAre;

template <class Spec>
Spec read(const std::string& text, Spec (*reader)(Section&), Problems& problems) {
  const Node node = parse_json(text).value();
  Section section(node, "", problems);
  return reader(section);
}

template <class Spec>
Spec there_and_back(const Spec& spec, Node (*writer)(const Spec&), Spec (*reader)(Section&)) {
  Problems problems;
  Spec back = read(to_json(writer(spec)), reader, problems);
  for (const Problem& problem : problems) ADD_FAILURE() << problem.field << ": " << problem.message;
  return back;
}

DetectorSpec a_detector() {
  DetectorSpec spec;
  spec.name = "a";
  spec.interval = std::chrono::minutes(5);
  spec.measures = {{"x", Aggregate::sum}};
  return spec;
}

std::vector<std::string> complaints_of_source(const std::string& source) {
  Problems problems;
  read(R"({"name":"a","interval":"5m","measures":[{"column":"x"}],"source":)" + source + "}",
       read_detector, problems);
  std::vector<std::string> lines;
  for (const Problem& problem : problems) lines.push_back(problem.field + ": " + problem.message);
  return lines;
}

TEST(DetectorDocument, ReadsBackWhatNamesAConnection) {
  DetectorSpec spec = a_detector();
  KafkaSourceSpec kafka;
  kafka.connection = "events";
  kafka.topic = "orders";
  S3SourceSpec s3;
  s3.connection = "lake";
  s3.path = "s3://bucket/x/";
  PostgresSourceSpec postgres;
  postgres.connection = "warehouse";
  postgres.table = "orders";
  FileSourceSpec file;
  file.path = "/x";
  file.follow_links = true;
  for (const SourceSpec& source :
       {SourceSpec(kafka), SourceSpec(s3), SourceSpec(postgres), SourceSpec(file)}) {
    spec.source = source;
    EXPECT_EQ(there_and_back(spec, write_detector, read_detector), spec);
  }
}

TEST(DetectorDocument, LeavesWhatIsTheConnectionsToIt) {
  EXPECT_THAT(complaints_of_source(R"({"kafka":{"connection":"c","topic":"t","brokers":"b",
                "secret_properties":{"sasl.password":{"env":"X"}}}})"),
              ElementsAre("source.kafka.brokers: is the connection's; leave it out",
                          "source.kafka.secret_properties: are the connection's; leave them out"));
  EXPECT_THAT(complaints_of_source(R"({"postgres":{"connection":"c","table":"t","url_env":"X"}})"),
              ElementsAre("source.postgres.url_env: is the connection's; leave it out"));
  EXPECT_EQ(complaints_of_source(R"({"s3":{"connection":"c","path":"s3://bucket/x/",
                "region":"r","addressing":"path","anonymous":true,"ca_file":"/x"}})")
                .size(),
            4U);
}

TEST(ConnectionDocument, ReadsBackEveryKind) {
  KafkaConnection kafka{.brokers = "a:9092",
                        .properties = {{"security.protocol", "SSL"}},
                        .secret_properties = {{"sasl.password", {"/x", ""}}},
                        .topics = {"t", "u*"},
                        .dead_letter_topics = {"d"},
                        .groups = {"g"},
                        .allow_hosts = {"h"}};
  S3Connection s3{.endpoint = "http://h:1",
                  .region = "r",
                  .addressing = S3Addressing::virtual_host,
                  .credentials = {"ID", {"", "S"}, {"/t", ""}},
                  .anonymous = false,
                  .ca_file = "/ca",
                  .paths = {"s3://bucket/"}};
  PostgresConnection postgres{.url = {"/url", ""}, .tables = {"t"}, .query = true};
  for (const ConnectionTarget& target :
       {ConnectionTarget(kafka), ConnectionTarget(s3), ConnectionTarget(postgres)}) {
    const ConnectionSpec spec{"c", target};
    EXPECT_EQ(there_and_back(spec, write_connection, read_connection), spec);
  }
}

}  // namespace
}  // namespace bellwether::document
