#include "bellwether/ingest/firehose_reader.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bellwether/net/crypto.hpp"

#include "ingest_fixtures.hpp"
#include "row_cutter.hpp"

namespace bellwether::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::size_t enough = 1U << 20U;

const RowSchema schema{a_detector({{"views", Aggregate::sum}}, {"shop"}), std::nullopt};

std::string row(const std::string& shop, int views) {
  return R"({"time":"2026-03-20 08:00:00","shop":")" + shop + R"(","views":)" +
         std::to_string(views) + "}";
}

std::string body_of(const std::vector<std::string>& records) {
  std::string body = R"({"requestId":"ed4acda5","timestamp":1578090901599,"records":[)";
  for (std::size_t i = 0; i < records.size(); ++i)
    body += (i > 0 ? "," : "") + (R"({"data":")" + net::base64_encode(records[i]) + R"("})");
  return body + "]}";
}

/// The rows as "shop=views".
std::vector<std::string> rows_of(const RowBatch& batch) {
  std::vector<std::string> rows;
  for (std::size_t i = 0; i < batch.row_count(); ++i)
    rows.push_back(batch.dimensions[0].values[batch.dimensions[0].codes[i]] + "=" +
                   std::to_string(std::lround(batch.measures[0][i])));
  return rows;
}

FirehoseRequest read(const std::string& body) {
  auto request = read_firehose_request(schema, body, enough);
  EXPECT_TRUE(request) << request.error().message;
  return request ? *std::move(request) : FirehoseRequest();
}

std::vector<std::string> rows_in(const std::vector<std::string>& records) {
  return rows_of(read(body_of(records)).rows);
}

TEST(FirehoseReader, TakesOneRowOfARecordWithOrWithoutALineBreak) {
  EXPECT_THAT(rows_in({row("a", 1) + "\n", row("b", 2)}), ElementsAre("a=1", "b=2"));
  EXPECT_EQ(read(body_of({})).request_id, "ed4acda5");
}

TEST(FirehoseReader, TakesLinesAndObjectsWithNothingBetween) {
  EXPECT_THAT(rows_in({row("a", 1) + "\r\n\n" + row("b", 2) + "\n", row("c", 3) + row("d", 4),
                       row("e", 5) + " " + row("f", 6) + "\n"}),
              ElementsAre("a=1", "b=2", "c=3", "d=4", "e=5", "f=6"));
}

TEST(FirehoseReader, KnowsBracesAndQuotesInsideOfTexts) {
  EXPECT_THAT(rows_in({row(R"(}{\"a\\)", 1) + row("b", 2)}), ElementsAre(R"(}{"a\=1)", "b=2"));
}

TEST(FirehoseReader, TakesPackedRecords) {
  EXPECT_THAT(rows_in({gzipped(row("a", 1) + row("b", 2)), row("c", 3)}),
              ElementsAre("a=1", "b=2", "c=3"));
}

TEST(FirehoseReader, LosesOneLineByABrokenRow) {
  const FirehoseRequest request = read(
      body_of({R"({"time":"2026-03-20 08:00:00","shop":"a)" + ("\n" + row("b", 2)),
               "ping" + row("c", 3), row("d", 4) + R"({"shop":)", R"({"a":{"b":1)", row("e", 5)}));

  EXPECT_THAT(rows_of(request.rows), ElementsAre("b=2", "d=4", "e=5"));
  EXPECT_EQ(request.rows.rejected.count(RowFault::unreadable), 4U);
}

TEST(FirehoseReader, CountsARecordThatCannotBeUnpackedAsOneRow) {
  std::string damaged = gzipped(row("a", 1));
  damaged.resize(damaged.size() - 9);
  const std::string records = body_of({damaged, row("b", 2)});
  FirehoseRequest request = read(records);
  EXPECT_THAT(rows_of(request.rows), ElementsAre("b=2"));
  EXPECT_THAT(request.rows.rejected.samples.at(0).message, HasSubstr("record 1: "));

  request = read(R"({"records":[{"data":"no base64"},{"data":7},{},[1],)"
                 R"({"recordId":{"x":1},"data":")" +
                 net::base64_encode(row("c", 3)) + R"("}],"timestamp":1})");
  EXPECT_THAT(rows_of(request.rows), ElementsAre("c=3"));
  EXPECT_EQ(request.rows.rejected.count(RowFault::unreadable), 4U);
  EXPECT_EQ(request.rows.rejected.samples.at(1).message, "record 2: it has no text 'data'");
  EXPECT_EQ(request.rows.end_row, 5U);
}

TEST(FirehoseReader, RefusesADocumentThatIsNoRequest) {
  for (const std::string body :
       {"", "[]", "{}", R"({"records":7})", R"({"requestId":7,"records":[]})", R"({"records":[)",
        R"({"records":[]} x)", "{\"records\":[{\"data\":\"\xff\"}]}"}) {
    const auto request = read_firehose_request(schema, body, enough);
    ASSERT_FALSE(request) << body;
    EXPECT_EQ(request.error().code, ErrorCode::invalid_input) << body;
    EXPECT_THAT(request.error().message, HasSubstr("records: [{data}]")) << body;
  }
}

TEST(FirehoseReader, UnpacksNoMoreThanItMay) {
  const std::string large = gzipped(std::string(100'000, ' '));
  EXPECT_TRUE(read_firehose_request(schema, body_of({large}), 100'000));
  for (const auto& records : {std::vector<std::string>{large, large},
                              {large, row("a", 1)},
                              {std::string(150'000, ' ')}}) {
    const auto request = read_firehose_request(schema, body_of(records), 100'001);
    ASSERT_FALSE(request);
    EXPECT_EQ(request.error().code, ErrorCode::overloaded);
    EXPECT_EQ(request.error().message, "the records unpack to more than 100001 bytes");
  }
}

TEST(RowCutter, TakesWhatLinesAndObjectsMake) {
  std::string_view text = "{\"a\":{}} {\"b\":\"}\\\"\"}\n\n x {}\n{\"c\n{}";
  std::vector<std::string> rows;
  for (std::string_view next; !(next = take_row(text)).empty();) rows.emplace_back(next);

  EXPECT_THAT(rows, ElementsAre("{\"a\":{}}", "{\"b\":\"}\\\"\"}", "x {}", "{\"c", "{}"));
}

}  // namespace
}  // namespace bellwether::ingest
