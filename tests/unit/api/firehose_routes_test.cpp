#include <gtest/gtest.h>

#include "bellwether/net/crypto.hpp"

#include "api_house.hpp"

namespace bellwether::api {
namespace {

constexpr const char* path = "/api/v1/detectors/shop/firehose";
constexpr const char* id = "ed4acda5-034f-9f42-bba1-f29aea6d7d8f";

constexpr const char* good_row =
    R"({"timestamp":"2026-03-19T10:00:00Z","country":"NL","device":"tv","views":3,"revenue":1.5})";

std::string body_of(const std::string& data, const std::string& request_id = id) {
  return R"({"requestId":")" + request_id + R"(","timestamp":1578090901599,"records":[{"data":")" +
         net::base64_encode(data) + R"("}]})";
}

Headers headers_of(const std::string& request_id = id) {
  return {{"content-type", "application/json"},
          {"x-amz-firehose-protocol-version", "1.0"},
          {"x-amz-firehose-request-id", request_id},
          {"x-amz-firehose-source-arn", "arn:aws:firehose:eu-west-1:123456789012:deliverystream/s"},
          {"x-amz-firehose-common-attributes", R"({"commonAttributes":{"site":"a"}})"}};
}

std::size_t rows_in_inbox(const ApiHouse& house) {
  std::size_t count = 0;
  for (const RowBatch& batch : house.store->inbox().read("shop", "", 100).value())
    count += batch.row_count();
  return count;
}

/// What Firehose reads as a refusal: a body of its kind that names its request.
void expect_refusal(const Response& response, int status, const std::string& message) {
  EXPECT_EQ(response.status, status) << response.body;
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(at(response, "requestId"), id);
  EXPECT_EQ(at(response, "timestamp"), "1773964800000");
  EXPECT_EQ(at(response, "errorMessage"), message);
}

class FirehoseRoutes : public ::testing::Test {
 protected:
  void SetUp() override { house.add_detector(); }

  Response push(const std::string& body, const Headers& headers = headers_of()) {
    return house.send("POST", path, body, headers);
  }

  ApiHouse house;
};

TEST_F(FirehoseRoutes, AnswerAsFirehoseReadsIt) {
  const Response response = push(body_of(std::string(good_row) + good_row));

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(response.body,
            R"({"requestId":"ed4acda5-034f-9f42-bba1-f29aea6d7d8f","timestamp":1773964800000})");
  EXPECT_EQ(rows_in_inbox(house), 2U);
}

TEST_F(FirehoseRoutes, TakeARepeatedRequestOnce) {
  const Response first = push(body_of(good_row));
  house.clock.time += std::chrono::minutes(5);
  const Response again = push(body_of(good_row));

  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(at(again, "requestId"), id);
  EXPECT_EQ(rows_in_inbox(house), 1U);
  EXPECT_EQ(push(body_of(good_row, "another"), headers_of("another")).status, 200);
  EXPECT_EQ(rows_in_inbox(house), 2U);
}

TEST_F(FirehoseRoutes, LetNoBadRowHoldTheOthersUp) {
  const Response response = push(body_of("{broken\n" + std::string(good_row) + "\nneither\n"));

  EXPECT_EQ(response.status, 200);
  const RowBatch batch = house.store->inbox().read("shop", "", 1).value().at(0);
  EXPECT_EQ(batch.row_count(), 1U);
  EXPECT_EQ(batch.rejected.count(RowFault::unreadable), 2U);
}

TEST_F(FirehoseRoutes, RefuseWhatIsNoRequestOfThisProtocol) {
  expect_refusal(push("[]"), 400,
                 "the body is not a Firehose request {requestId, timestamp, records: [{data}]}: a "
                 "value is of another kind");
  expect_refusal(push(body_of(good_row, "another")), 400,
                 "requestId in the body is not that of X-Amz-Firehose-Request-Id");
  Headers headers = headers_of();
  headers["x-amz-firehose-protocol-version"] = "2.0";
  expect_refusal(push(body_of(good_row), headers), 400,
                 "X-Amz-Firehose-Protocol-Version must be 1.0");
  headers = headers_of();
  headers["content-type"] = "text/csv";
  expect_refusal(push(body_of(good_row), headers), 415,
                 "'text/csv' is not understood here: send application/json");
  EXPECT_EQ(push(body_of(good_row), headers_of("")).status, 400);
  EXPECT_EQ(push(body_of(good_row), headers_of(std::string(256, 'x'))).status, 400);
  EXPECT_EQ(rows_in_inbox(house), 0U);
}

TEST_F(FirehoseRoutes, SayInTheSameFormThatADetectorTakesNone) {
  expect_refusal(
      house.send("POST", "/api/v1/detectors/none/firehose", body_of(good_row), headers_of()), 404,
      at(house.get("/api/v1/detectors/none"), "detail"));
  house.store->catalog()
      .put(store::CatalogKind::detector, "files",
           R"({"name":"files","interval":"1h","measures":[{"column":"x"}],)"
           R"("source":{"file":{"path":"/data/*.csv"}}})",
           false)
      .value();
  expect_refusal(
      house.send("POST", "/api/v1/detectors/files/firehose", body_of(good_row), headers_of()), 409,
      "detector 'files' reads its rows from elsewhere; only one with an http source takes pushed "
      "rows");
}

TEST(FirehoseAccess, IsByTheAccessKeyThatHoldsAToken) {
  ApiSettings settings;
  settings.tokens = {{"stream", Role::editor, net::sha256_hex("key")},
                     {"reader", Role::viewer, net::sha256_hex("look")}};
  ApiHouse house(settings);
  house.add_detector();
  const auto push = [&](const std::string& name, const std::string& value) {
    Headers headers = headers_of();
    headers[name] = value;
    return house.send("POST", path, body_of(good_row), headers);
  };

  expect_refusal(push("x-amz-firehose-access-key", "guess"), 401, "the token is not known here");
  expect_refusal(push("x-other", "key"), 401, "send `X-Amz-Firehose-Access-Key: <token>`");
  expect_refusal(push("x-amz-firehose-access-key", "look"), 403,
                 "this needs the role editor; 'reader' is viewer");
  EXPECT_EQ(push("x-amz-firehose-access-key", "key").status, 200);
  EXPECT_EQ(push("authorization", "Bearer key").status, 200);
  // The key opens nothing that does not speak this protocol.
  EXPECT_EQ(
      house
          .send("POST", "/api/v1/detectors/shop/rows", good_row,
                {{"content-type", "application/x-ndjson"}, {"x-amz-firehose-access-key", "key"}})
          .status,
      401);
}

TEST(FirehoseUnderPressure, AsksForPatienceAndForSmallerRequests) {
  ApiSettings settings;
  settings.limits.body_bytes = 4096;
  ApiHouse house(settings, 64);
  house.add_detector();
  Response last;
  for (int i = 0; i < 4 && (i == 0 || last.status == 200); ++i) {
    const std::string name = "request-" + std::to_string(i);
    last = house.send("POST", path, body_of(good_row, name), headers_of(name));
  }
  EXPECT_EQ(last.status, 429);
  EXPECT_EQ(last.headers.at("retry-after"), "1");
  EXPECT_NE(at(last, "errorMessage"), "nothing");

  expect_refusal(house.send("POST", path, body_of(std::string(4000, ' ')), headers_of()), 413,
                 "the body may have 4096 bytes, not " +
                     std::to_string(body_of(std::string(4000, ' ')).size()));
}

}  // namespace
}  // namespace bellwether::api
