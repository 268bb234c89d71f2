// Pushed rows whose clocks are ahead of the detector's.

#include <atomic>
#include <functional>
#include <optional>

#include <gtest/gtest.h>

#include "bellwether/document/json.hpp"
#include "bellwether/document/spec_documents.hpp"
#include "bellwether/pipeline/detector_host.hpp"

#include "support/hourly_rows.hpp"
#include "support/temporary_folder.hpp"

namespace bellwether::pipeline {
namespace {

using testing::TemporaryFolder;

constexpr const char* detector = "shop";

TimePoint at_minute(int minute) {
  return parse_rfc3339("2026-01-01T00:00:30Z").value() + std::chrono::minutes(minute);
}

/// Shows half a minute past the minute it was told.
class ToldClock final : public Clock {
 public:
  TimePoint now() const override { return at_minute(minute_); }
  std::chrono::nanoseconds real_time_until(TimePoint) const override {
    return std::chrono::milliseconds(5);
  }
  void tell(int minute) { minute_ = minute; }

 private:
  std::atomic<int> minute_ = 0;
};

/// A detector of minutes. Rows are pushed to it while it does not run, so that the clock closes
/// nothing between them.
class RowsAhead : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = store::Store::open({.path = folder_ / "data"});
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
    DetectorSpec spec = testing::an_hourly_detector(detector);
    spec.interval = std::chrono::minutes(1);
    spec.source = HttpSourceSpec{};
    ASSERT_TRUE(store_->catalog().put(store::CatalogKind::detector, detector,
                                      document::to_json(document::write_detector(spec)), false));
  }

  void TearDown() override { stop(); }

  void start() {
    host_.emplace(HostContext{*store_, pool_, clock_, clock_, metrics_, health_, bytes_},
                  std::chrono::days(400));
  }

  void stop() { host_.reset(); }

  /// One row per minute of the list, as if the API took them now.
  void push(const std::vector<int>& minutes) {
    RowBatch batch;
    for (const int minute : minutes) batch.timestamps.push_back(at_minute(minute));
    batch.dimensions = {{{"NL"}, std::vector<std::uint32_t>(minutes.size(), 0)}};
    batch.measures = {std::vector<double>(minutes.size(), 1)};
    batch.received_at = clock_.now();
    ASSERT_TRUE(store_->inbox().append(detector, batch, {}, "", clock_.now()));
  }

  void pass_to(int minute) {
    clock_.tell(minute);
    ASSERT_TRUE(soon([&] { return intervals() == static_cast<std::uint64_t>(minute); }))
        << intervals() << " at minute " << minute;
  }

  std::uint64_t intervals() { return store_->intervals().progress(detector).value().intervals; }

  /// Rows that counted, by minute from the first on.
  std::vector<std::uint64_t> rows() {
    std::vector<std::uint64_t> rows;
    for (const auto& quality :
         store_->intervals().read_quality(detector, 1'000'000'000, 1000).value()) {
      rows.insert(rows.begin(), quality.rows);
      EXPECT_EQ(quality.rejected.total(), 0U);
    }
    return rows;
  }

  static bool soon(const std::function<bool()>& holds) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!holds()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      sleep_for({}, std::chrono::milliseconds(5));
    }
    return true;
  }

  TemporaryFolder folder_;
  ToldClock clock_;
  WorkerPool pool_{2};
  Metrics metrics_;
  Health health_;
  ByteBudget bytes_{"server.memory", std::size_t{64} << 20U};
  std::unique_ptr<store::Store> store_;
  std::optional<DetectorHost> host_;
};

TEST_F(RowsAhead, WaitForTheirIntervalWhileOthersCount) {
  push({0, 1, 2, 3, 5, 10});
  for (int minute = 0; minute < 11; ++minute) {
    clock_.tell(minute);
    for (int i = 0; i < 6; ++i) push({minute});
  }
  start();
  pass_to(11);
  EXPECT_EQ(rows(), (std::vector<std::uint64_t>{7, 7, 7, 7, 6, 7, 6, 6, 6, 6, 7}));
}

TEST_F(RowsAhead, WaitOverAStopThatTakesLongerThanTheyWereAhead) {
  start();
  push({0});
  pass_to(1);
  stop();
  push({10, 4});
  for (int i = 0; i < 6; ++i) push({1});
  clock_.tell(15);
  start();
  pass_to(15);
  EXPECT_EQ(rows(), (std::vector<std::uint64_t>{1, 6, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0}));
}

}  // namespace
}  // namespace bellwether::pipeline
