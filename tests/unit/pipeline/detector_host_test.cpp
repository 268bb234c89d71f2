#include "bellwether/pipeline/detector_host.hpp"

#include <functional>
#include <optional>

#include <gtest/gtest.h>

#include "bellwether/document/group_documents.hpp"
#include "bellwether/document/json.hpp"
#include "bellwether/document/spec_documents.hpp"

#include "support/hourly_rows.hpp"
#include "support/temporary_folder.hpp"

namespace bellwether::pipeline {
namespace {

using std::chrono::milliseconds;
using store::CatalogKind;
using testing::an_hourly_detector;
using testing::hourly_rows;
using testing::TemporaryFolder;

/// A store, a clock and a host over them, as the daemon builds them.
class DetectorHostTest : public ::testing::Test {
 protected:
  void open(std::vector<std::string> allow_paths = {}) {
    auto opened = store::Store::open({.path = folder_ / "data"});
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
    host_.emplace(HostContext{.store = *store_,
                              .pool = pool_,
                              .clock = clock_,
                              .wall_clock = clock_,
                              .metrics = metrics_,
                              .health = health_,
                              .allow_paths = std::move(allow_paths)},
                  std::chrono::days(400));
  }

  void close() {
    host_.reset();
    store_.reset();
  }

  void put(CatalogKind kind, const std::string& name, const std::string& document) {
    ASSERT_TRUE(store_->catalog().put(kind, name, document, false));
  }

  /// As the configuration file says it.
  void put_detector(const DetectorSpec& spec, bool is_provisioned = true) {
    ASSERT_TRUE(store_->catalog().put(CatalogKind::detector, spec.name,
                                      document::to_json(document::write_detector(spec)),
                                      is_provisioned));
  }

  std::string failure(const std::string& name) {
    const auto entry = store_->catalog().get(CatalogKind::status, name);
    if (!entry) return {};
    return document::read_status(document::parse_json(entry->document).value()).value().failure;
  }

  std::optional<DetectorState> state(const std::string& name) {
    const auto entry = store_->catalog().get(CatalogKind::status, name);
    if (!entry) return std::nullopt;
    return document::read_status(document::parse_json(entry->document).value()).value().state;
  }

  /// What is wrong with a detector that goes on trying.
  std::string trouble(const std::string& name) const {
    const auto parts = health_.parts();
    const auto part = parts.find("detector " + name);
    return part != parts.end() ? part->second.detail : std::string();
  }

  std::uint64_t intervals(const std::string& name) {
    return store_->intervals().progress(name).value().intervals;
  }

  static bool soon(const std::function<bool()>& holds) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!holds()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      sleep_for({}, milliseconds(5));
    }
    return true;
  }

  TemporaryFolder folder_;
  ReplayClock clock_{parse_rfc3339("2026-01-08T00:00:00Z").value(), 1};
  WorkerPool pool_{2};
  Metrics metrics_;
  Health health_;
  std::unique_ptr<store::Store> store_;
  std::optional<DetectorHost> host_;
};

DetectorSpec over_file(std::string path) {
  DetectorSpec spec = an_hourly_detector("shop");
  spec.source = FileSourceSpec{.path = std::move(path)};
  return spec;
}

TEST_F(DetectorHostTest, RunsADetectorFromItsRowsToItsGroups) {
  open();
  put_detector(over_file(folder_.write("rows.csv", hourly_rows(0, 160, 130))));
  ASSERT_TRUE(soon([&] { return intervals("shop") == 160; }));
  EXPECT_TRUE(soon([&] { return state("shop") == DetectorState::active; }));
  const auto groups = store_->groups().find({}).value().groups;
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(to_rfc3339(groups[0].start), "2026-01-06T10:00:00Z");
  close();
}

TEST_F(DetectorHostTest, GoesOnAfterARestartAsIfThereHadBeenNone) {
  const auto scores = [&] {
    const auto points = store_->intervals().read_points("shop", 0, 0, 0, 1'000'000).value();
    return points.severity;
  };
  DetectorSpec spec = over_file(folder_ / "rows.csv");
  std::get<FileSourceSpec>(spec.source).follow = true;
  folder_.write("rows.csv", hourly_rows(0, 160, 130));
  open();
  put_detector(spec);
  ASSERT_TRUE(soon([&] { return intervals("shop") >= 159; }));
  const auto uninterrupted = scores();
  close();

  std::filesystem::remove_all(folder_ / "data");
  folder_.write("rows.csv", hourly_rows(0, 70, 130));
  open();
  put_detector(spec);
  ASSERT_TRUE(soon([&] { return intervals("shop") >= 69; }));
  close();
  folder_.write("rows.csv", hourly_rows(0, 160, 130));
  open();
  ASSERT_TRUE(soon([&] { return intervals("shop") >= 159; }));
  const auto resumed = scores();
  close();
  ASSERT_GE(resumed.size(), 159U);
  for (std::size_t i = 70; i < 159; ++i) EXPECT_EQ(resumed[i], uninterrupted[i]) << i;
}

TEST_F(DetectorHostTest, StopsStartsAndForgetsADetectorAsItIsTold) {
  open();
  put_detector(over_file(folder_.write("rows.csv", hourly_rows(0, 60, -1))));
  ASSERT_TRUE(soon([&] { return intervals("shop") == 60; }));
  put(CatalogKind::desired_state, "shop", "inactive");
  EXPECT_TRUE(soon([&] { return state("shop") == DetectorState::deactivated; }));
  EXPECT_EQ(intervals("shop"), 60U);
  put(CatalogKind::desired_state, "shop", "active");
  EXPECT_TRUE(soon([&] { return state("shop") == DetectorState::active; }));
  put(CatalogKind::desired_state, "shop", "deleted");
  EXPECT_TRUE(soon([&] { return !store_->catalog().get(CatalogKind::detector, "shop"); }));
  EXPECT_TRUE(soon([&] { return intervals("shop") == 0; }));
  close();
}

/// What an older version took over the API is held to the rules of now when it starts.
TEST_F(DetectorHostTest, FailsADetectorOfTheApiThatNamesWhatItMustNot) {
  open();
  put_detector(over_file(folder_.write("rows.csv", hourly_rows(0, 60, -1))), false);
  ASSERT_TRUE(soon([&] { return state("shop") == DetectorState::failed; }));
  EXPECT_NE(failure("shop").find("does not lie below server.allow_paths"), std::string::npos)
      << failure("shop");
  EXPECT_EQ(intervals("shop"), 0U);
  close();

  open({folder_ / ""});
  EXPECT_TRUE(soon([&] { return intervals("shop") == 60; })) << failure("shop");
  close();
}

TEST_F(DetectorHostTest, FailsADetectorWithKafkaPropertiesThatRunCommands) {
  open();
  DetectorSpec spec = an_hourly_detector("shop");
  KafkaSourceSpec kafka;
  kafka.brokers = "127.0.0.1:1";
  kafka.topic = "t";
  kafka.properties = {{"sasl.kerberos.keytab", "x"}, {"sasl.kerberos.principal", "x$(id)"}};
  spec.source = kafka;
  put_detector(spec);
  ASSERT_TRUE(soon([&] { return state("shop") == DetectorState::failed; }));
  EXPECT_NE(failure("shop").find("librdkafka would run a command"), std::string::npos)
      << failure("shop");
  close();
}

TEST_F(DetectorHostTest, StartsADetectorAnewWhenItsConnectionChanges) {
  const auto put_lake = [&](const std::string& secret) {
    put(CatalogKind::connection, "lake",
        R"({"name":"lake","s3":{"endpoint":"http://127.0.0.1:1","paths":["s3://bucket/"],)"
        R"("credentials":{"access_key_id":"X","secret_file":")" +
            secret + R"("}}})");
  };
  open();
  DetectorSpec spec = an_hourly_detector("shop");
  S3SourceSpec s3;
  s3.connection = "lake";
  s3.historical = {"s3://bucket/x.csv"};
  spec.source = s3;
  put_detector(spec, false);
  ASSERT_TRUE(soon([&] { return state("shop") == DetectorState::failed; }));
  EXPECT_NE(failure("shop").find("there is no connection 'lake'"), std::string::npos)
      << failure("shop");
  for (const std::string secret : {"/no/first", "/no/second"}) {
    put_lake(secret);
    EXPECT_TRUE(soon([&] { return trouble("shop").find(secret) != std::string::npos; }))
        << trouble("shop");
  }
  ASSERT_TRUE(store_->catalog().erase(CatalogKind::connection, "lake"));
  EXPECT_TRUE(soon([&] { return failure("shop").find("no connection") != std::string::npos; }));
  close();
}

TEST_F(DetectorHostTest, SaysWhyADetectorCannotRunAndLetsTheOthersGoOn) {
  open();
  DetectorSpec broken = over_file(folder_.write("broken.csv", "no,such,columns\n1,2,3\n"));
  broken.name = "broken";
  put_detector(broken);
  put_detector(over_file(folder_.write("rows.csv", hourly_rows(0, 30, -1))));
  EXPECT_TRUE(soon([&] { return state("broken") == DetectorState::failed; }));
  EXPECT_TRUE(soon([&] { return intervals("shop") == 30; }));
  close();
}

}  // namespace
}  // namespace bellwether::pipeline
