#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <snappy.h>

#include "api_house.hpp"
#include "snappy_block.hpp"

namespace bellwether::api {
namespace {

constexpr const char* path = "/api/v1/detectors/rooms/prometheus";

/// A body as Debian's Prometheus 2.42 sent it on 2026-11-28, from an exporter of two gauges.
std::string recorded(const std::string& name) {
  std::ifstream file(std::string(BELLWETHER_SOURCE_DIR) + "/tests/unit/api/remote_write/" + name,
                     std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Headers prometheus_headers() {
  return {{"content-type", "application/x-protobuf"},
          {"content-encoding", "snappy"},
          {"x-prometheus-remote-write-version", "0.1.0"}};
}

std::string snapped(const std::string& text) {
  std::string packed;
  snappy::Compress(text.data(), text.size(), &packed);
  return packed;
}

void add_rooms(ApiHouse& house) {
  house.clock.time = parse_rfc3339("2026-11-28T00:30:00Z").value();
  house.store->catalog()
      .put(store::CatalogKind::detector, "rooms",
           R"({"name":"rooms","interval":"1m","measures":[)"
           R"({"column":"temperature_celsius","aggregate":"avg"},)"
           R"({"column":"humidity_ratio","aggregate":"avg"}],"dimensions":["room","floor"],)"
           R"("source":{"http":{}}})",
           false)
      .value();
}

class PrometheusRoutes : public ::testing::Test {
 protected:
  void SetUp() override { add_rooms(house); }

  Response push(const std::string& body, const Headers& headers = prometheus_headers()) {
    return house.send("POST", path, body, headers);
  }

  /// Every row as "room temperature humidity".
  std::vector<std::string> rows_in_inbox() const {
    std::vector<std::string> rows;
    for (const RowBatch& batch : house.store->inbox().read("rooms", "", 100).value())
      for (std::size_t i = 0; i < batch.row_count(); ++i)
        rows.push_back(batch.dimensions[0].values[batch.dimensions[0].codes[i]] + " " +
                       std::to_string(batch.measures[0][i]) + " " +
                       std::to_string(batch.measures[1][i]));
    return rows;
  }

  ApiHouse house;
};

using Rows = std::vector<std::string>;

TEST_F(PrometheusRoutes, TakeWhatARealPrometheusSends) {
  const Response response = push(recorded("samples.snappy"));

  EXPECT_EQ(response.status, 204) << response.body;
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(rows_in_inbox(),
            (Rows{"atrium 21.500000 0.410000", "kitchen 23.250000 nan", "office 20.000000 nan"}));
}

TEST_F(PrometheusRoutes, TakeNoValueFromTheEndOfASeries) {
  EXPECT_EQ(push(recorded("series_ended.snappy")).status, 204);

  EXPECT_EQ(rows_in_inbox(),
            (Rows{"atrium 21.500000 nan", "kitchen 23.250000 nan", "office 20.000000 nan"}));
}

TEST_F(PrometheusRoutes, TakeMetadataForNothing) {
  EXPECT_EQ(push(recorded("metadata.snappy")).status, 204);
  EXPECT_TRUE(rows_in_inbox().empty());
}

TEST_F(PrometheusRoutes, TakeARepeatedRequestOnce) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(push(recorded("samples.snappy")).status, 204);
  EXPECT_EQ(rows_in_inbox().size(), 3U);
}

TEST_F(PrometheusRoutes, CountWhatIsPassedOver) {
  push(recorded("samples.snappy"));

  EXPECT_NE(
      house.get("/metrics")
          .body.find(R"(bellwether_prometheus_samples_passed_over_total{detector="rooms"} 6)"),
      std::string::npos)
      << house.get("/metrics").body;
}

TEST_F(PrometheusRoutes, SayWhichVersionTheyUnderstand) {
  Headers headers = prometheus_headers();
  headers["content-type"] = "application/x-protobuf;proto=io.prometheus.write.v2.Request";
  const Response response = push(recorded("samples.snappy"), headers);

  EXPECT_EQ(response.status, 415);
  EXPECT_EQ(at(response, "detail"),
            "'io.prometheus.write.v2.Request' is not understood here: send remote write 1.0, "
            "prometheus.WriteRequest");
  headers["content-type"] = "application/x-protobuf; proto=prometheus.WriteRequest";
  EXPECT_EQ(push(recorded("samples.snappy"), headers).status, 204);
  headers["content-type"] = "application/json";
  EXPECT_EQ(push("{}", headers).status, 415);
}

TEST_F(PrometheusRoutes, RefuseWhatIsDamagedOrPackedOtherwise) {
  const std::string body = recorded("samples.snappy");
  EXPECT_EQ(push(body.substr(0, body.size() - 1)).status, 400);
  EXPECT_EQ(push("").status, 400);
  EXPECT_EQ(push(snapped("no message")).status, 400);
  Headers headers = prometheus_headers();
  headers["content-encoding"] = "gzip";
  EXPECT_EQ(push(body, headers).status, 415);
  headers.erase("content-encoding");
  EXPECT_EQ(push(body, headers).status, 415);
  EXPECT_TRUE(rows_in_inbox().empty());
}

TEST_F(PrometheusRoutes, AnswerForADetectorThatIsNotThere) {
  EXPECT_EQ(house
                .send("POST", "/api/v1/detectors/none/prometheus", recorded("samples.snappy"),
                      prometheus_headers())
                .status,
            404);
}

// After 429 a Prometheus would drop the samples.
TEST(PrometheusUnderPressure, AsksForPatienceByAStatusThatIsTriedAgain) {
  ApiHouse house({}, 64);
  add_rooms(house);
  Response last{204, "", ""};
  for (const char* name : {"samples.snappy", "series_ended.snappy"})
    if (last.status == 204) last = house.send("POST", path, recorded(name), prometheus_headers());

  EXPECT_EQ(last.status, 503);
  EXPECT_EQ(last.headers.at("retry-after"), "1");
}

TEST(PrometheusUnderPressure, UnpacksNoMoreThanTheLimit) {
  ApiSettings settings;
  settings.limits.body_bytes = 10'000;
  ApiHouse house(settings);
  add_rooms(house);

  EXPECT_EQ(
      house.send("POST", path, snapped(std::string(20'000, ' ')), prometheus_headers()).status,
      413);
}

Result<std::string> unsnapped(std::string_view text, std::size_t limit) {
  ByteBudget memory("server.memory", 1U << 20U);
  auto held = memory.reserve(0);
  return unsnap(text, limit, *held);
}

TEST(SnappyBlock, UnpacksWhatWasPackedAndNothingElse) {
  const std::string text = "what was packed, what was packed, what was packed";

  EXPECT_EQ(unsnapped(snapped(text), text.size()).value(), text);
  EXPECT_EQ(unsnapped(snapped(text), text.size() - 1).error().code, ErrorCode::overloaded);
  for (const char* damaged : {"", "\xff\xff\xff\xff\xff\xff", "\x05nothing"})
    EXPECT_EQ(unsnapped(damaged, 100).error().code, ErrorCode::invalid_input);
  // There is memory for 1 MiB.
  EXPECT_EQ(unsnapped("\x80\x80\x80\x08xx", 100U << 20U).error().code, ErrorCode::unavailable);
  // It claims 16 MiB and brings 2 bytes: nothing is reserved for a claim beyond the limit.
  EXPECT_EQ(unsnapped("\x80\x80\x80\x08xx", 1U << 20U).error().code, ErrorCode::overloaded);
}

}  // namespace
}  // namespace bellwether::api
