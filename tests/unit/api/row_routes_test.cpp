#include <gtest/gtest.h>
#include <zlib.h>

#include "api_house.hpp"

namespace bellwether::api {
namespace {

constexpr const char* two_rows =
    R"({"timestamp":"2026-03-19T10:00:00Z","country":"NL","device":"tv","views":3,"revenue":1.5})"
    "\n"
    R"({"timestamp":"2026-03-19T10:05:00Z","country":"BE","device":"tv","views":4,"revenue":2})"
    "\n";

class RowRoutes : public ::testing::Test {
 protected:
  void SetUp() override { house.add_detector(); }

  Response push(const std::string& type, const std::string& body, Headers headers = {}) {
    headers["content-type"] = type;
    return house.send("POST", "/api/v1/detectors/shop/rows", body, std::move(headers));
  }

  std::size_t rows_in_inbox() {
    std::size_t count = 0;
    for (const RowBatch& batch : house.store->inbox().read("shop", "", 100).value())
      count += batch.row_count();
    return count;
  }

  ApiHouse house;
};

std::string packed(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST_F(RowRoutes, TakeLinesOfJson) {
  const Response response = push("application/x-ndjson", two_rows);

  EXPECT_EQ(response.status, 202) << response.body;
  EXPECT_EQ(response.body, R"({"accepted":2,"rejected":0,"errors":[]})");
  EXPECT_EQ(rows_in_inbox(), 2U);
  EXPECT_EQ(push("application/jsonl; charset=utf-8", two_rows).status, 202);
}

TEST_F(RowRoutes, KeepWhenRowsWereReceived) {
  ASSERT_EQ(push("application/x-ndjson", two_rows).status, 202);
  EXPECT_EQ(house.store->inbox().read("shop", "", 1).value().at(0).received_at, house.clock.time);
}

TEST_F(RowRoutes, TakeCsv) {
  const Response response =
      push("text/csv", "timestamp,country,device,views,revenue\n2026-03-19T10:00:00Z,NL,tv,3,1\n");

  EXPECT_EQ(at(response, "accepted"), "1") << response.body;
}

TEST_F(RowRoutes, TakeAnArrayOfJson) {
  const Response response =
      push("application/json",
           R"([{"timestamp":"2026-03-19T10:00:00Z","country":"NL","device":"tv","views":3}])");

  EXPECT_EQ(at(response, "accepted"), "1") << response.body;
}

TEST_F(RowRoutes, TakePackedBodies) {
  const Response response =
      push("application/x-ndjson", packed(two_rows), {{"content-encoding", "gzip"}});

  EXPECT_EQ(at(response, "accepted"), "2") << response.body;
  EXPECT_EQ(push("application/x-ndjson", "no gzip", {{"content-encoding", "gzip"}}).status, 400);
  EXPECT_EQ(push("application/x-ndjson", two_rows, {{"content-encoding", "br"}}).status, 415);
}

TEST_F(RowRoutes, CountBadRowsAndTakeTheGood) {
  const Response response = push(
      "application/x-ndjson", std::string("{broken\n") + two_rows +
                                  R"({"timestamp":"soon","country":"NL","device":"tv","views":3})"
                                  "\n");

  EXPECT_EQ(response.status, 202);
  EXPECT_EQ(at(response, "accepted"), "2");
  EXPECT_EQ(at(response, "rejected"), "2");
  EXPECT_EQ(at(response, "errors.0.row"), "1");
  EXPECT_EQ(at(response, "errors.1.row"), "4");
}

TEST_F(RowRoutes, RefuseRowsFromTheFuture) {
  const Response response =
      push("application/x-ndjson",
           R"({"timestamp":"2026-03-20T05:00:00Z","country":"NL","device":"tv","views":3})");

  EXPECT_EQ(at(response, "accepted"), "0");
  EXPECT_EQ(at(response, "rejected"), "1");
}

TEST_F(RowRoutes, RepeatTheAnswerOfARepeatedPush) {
  const Response first = push("application/x-ndjson", two_rows, {{"idempotency-key", "batch-17"}});
  const Response again = push("application/x-ndjson", "", {{"idempotency-key", "batch-17"}});

  EXPECT_EQ(again.status, 202);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(rows_in_inbox(), 2U);
  EXPECT_EQ(
      push("application/x-ndjson", two_rows, {{"idempotency-key", std::string(256, 'k')}}).status,
      400);
}

TEST_F(RowRoutes, RefuseABodyThatCannotBeReadAsAWhole) {
  const Response response = push("text/csv", "when,country\nx,y\n");

  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(rows_in_inbox(), 0U);
}

TEST_F(RowRoutes, TakeRowsOfPushDetectorsAlone) {
  house.store->catalog()
      .put(store::CatalogKind::detector, "files",
           R"({"name":"files","interval":"1h","measures":[{"column":"x"}],)"
           R"("source":{"file":{"path":"/data/*.csv"}}})",
           false)
      .value();

  const Response response = house.send("POST", "/api/v1/detectors/files/rows", two_rows,
                                       {{"content-type", "application/x-ndjson"}});

  EXPECT_EQ(response.status, 409);
  EXPECT_EQ(at(response, "detail"),
            "detector 'files' reads its rows from elsewhere; only one with an http source takes "
            "pushed rows");
  EXPECT_EQ(house
                .send("POST", "/api/v1/detectors/none/rows", two_rows,
                      {{"content-type", "application/x-ndjson"}})
                .status,
            404);
}

TEST(RowRoutesUnderPressure, AskForPatience) {
  ApiHouse house({}, 64);
  house.add_detector();
  const auto push = [&] {
    return house.send("POST", "/api/v1/detectors/shop/rows", two_rows,
                      {{"content-type", "application/x-ndjson"}});
  };

  Response last = push();
  for (int i = 0; i < 3 && last.status == 202; ++i) last = push();

  EXPECT_EQ(last.status, 429);
  EXPECT_EQ(last.headers.at("retry-after"), "1");
}

TEST(RowRoutesUnderPressure, TakeNoMoreRowsAtOnceThanTheLimit) {
  ApiSettings settings;
  settings.limits.rows = 2;
  ApiHouse house(settings);
  house.add_detector();
  const auto push = [&](const char* type, const std::string& body) {
    return house.send("POST", "/api/v1/detectors/shop/rows", body, {{"content-type", type}});
  };

  EXPECT_EQ(push("application/x-ndjson", "{}\n{}\n").status, 202);
  const Response refused = push("application/x-ndjson", "{}\n{}\n{}\n");
  EXPECT_EQ(refused.status, 413);
  EXPECT_EQ(at(refused, "detail"),
            "the body has more than 2 rows; send fewer at once (server.limits.rows)");
  EXPECT_EQ(push("application/json", "[{},{}]").status, 202);
  EXPECT_EQ(push("application/json", "[1,1,1]").status, 413);
  const std::string heading = "timestamp,country,device,views,revenue\n";
  EXPECT_EQ(push("text/csv", heading + "a,NL,tv,1,1\nb,NL,tv,1,1\n").status, 202);
  EXPECT_EQ(push("text/csv", heading + "a,NL,tv,1,1\nb,NL,tv,1,1\nc,NL,tv,1,1").status, 413);
}

TEST(RowRoutesUnderPressure, WeighRowsInTheCallersRate) {
  ApiSettings settings;
  settings.limits.requests_per_second = 10;
  settings.limits.burst = 10;
  ApiHouse house(settings);
  house.add_detector();
  std::string many;
  for (int i = 0; i < 100'000; ++i) many += "{}\n";

  EXPECT_EQ(house
                .send("POST", "/api/v1/detectors/shop/rows", packed(many),
                      {{"content-type", "application/x-ndjson"}, {"content-encoding", "gzip"}})
                .status,
            202);
  EXPECT_EQ(house.get("/api/v1/alerts").status, 429) << "they weigh as some 25 requests";
  house.instant += std::chrono::seconds(3);
  EXPECT_EQ(house.get("/api/v1/alerts").status, 200);
}

TEST(RowRoutesUnderPressure, ReadNoRowsThatMemoryHasNoRoomFor) {
  ApiHouse house;
  house.add_detector();
  const auto others = house.memory.reserve(house.memory.bytes() - 100);

  const Response refused = house.send("POST", "/api/v1/detectors/shop/rows", two_rows,
                                      {{"content-type", "application/x-ndjson"}});

  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.headers.at("retry-after"), "1");
  EXPECT_NE(at(refused, "detail").find("server.memory"), std::string::npos) << refused.body;
}

TEST_F(RowRoutes, HaveKeysOfTheirOwn) {
  house.store->inbox()
      .append("shop", RowBatch(), "firehose 4711", "the answer to Firehose", house.clock.now())
      .value();

  const Response response =
      push("application/x-ndjson", two_rows, {{"idempotency-key", "firehose 4711"}});

  EXPECT_EQ(at(response, "accepted"), "2") << response.body;
  EXPECT_EQ(rows_in_inbox(), 2U);
  EXPECT_EQ(push("application/x-ndjson", two_rows, {{"idempotency-key", "firehose 4711"}}).body,
            response.body);
  EXPECT_EQ(rows_in_inbox(), 2U);
  EXPECT_FALSE(*house.store->inbox().answer_of("shop", "prometheus 00"));
  push("application/x-ndjson", two_rows, {{"idempotency-key", "prometheus 00"}});
  EXPECT_FALSE(*house.store->inbox().answer_of("shop", "prometheus 00"));
}

TEST(RowRoutesUnderPressure, UnpackNoMoreThanTheLimit) {
  ApiSettings settings;
  settings.limits.body_bytes = 10'000;
  ApiHouse house(settings);
  house.add_detector();

  const Response response =
      house.send("POST", "/api/v1/detectors/shop/rows", packed(std::string(20'000, ' ')),
                 {{"content-type", "application/x-ndjson"}, {"content-encoding", "gzip"}});

  EXPECT_EQ(response.status, 413);
}

}  // namespace
}  // namespace bellwether::api
