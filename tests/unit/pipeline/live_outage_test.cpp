#include <atomic>
#include <fstream>
#include <functional>
#include <optional>

#include <gtest/gtest.h>

#include "bellwether/document/group_documents.hpp"
#include "bellwether/document/json.hpp"
#include "bellwether/document/spec_documents.hpp"
#include "bellwether/pipeline/detector_host.hpp"

#include "support/hourly_rows.hpp"
#include "support/temporary_folder.hpp"

namespace bellwether::pipeline {
namespace {

using store::CatalogKind;
using testing::an_hourly_detector;
using testing::hourly_rows;
using testing::TemporaryFolder;

/// Shows the hour it was told.
class ToldClock final : public Clock {
 public:
  TimePoint now() const override { return start() + std::chrono::hours(hour_); }
  std::chrono::nanoseconds real_time_until(TimePoint) const override {
    return std::chrono::milliseconds(5);
  }
  void tell(int hour) { hour_ = hour; }

  static TimePoint start() { return parse_rfc3339("2026-01-01T00:00:00Z").value(); }

 private:
  std::atomic<int> hour_ = 0;
};

/// A detector that follows a file while the clock goes on.
class LiveOutage : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_.write("rows.csv", hourly_rows(0, 100, -1));
    clock_.tell(100);
    open();
    DetectorSpec spec = an_hourly_detector("shop");
    spec.source = FileSourceSpec{.path = folder_ / "rows.csv", .follow = true};
    ASSERT_TRUE(store_->catalog().put(CatalogKind::detector, "shop",
                                      document::to_json(document::write_detector(spec)), true));
    ASSERT_TRUE(soon([&] { return intervals() == 100; })) << intervals();
  }

  void TearDown() override { close(); }

  void open() {
    auto opened = store::Store::open({.path = folder_ / "data"});
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
    host_.emplace(HostContext{*store_, pool_, clock_, clock_, metrics_, health_, bytes_},
                  std::chrono::days(400));
  }

  /// Lets the clock go on hour by hour.
  void pass_to(int hour) {
    for (auto next = static_cast<int>(intervals()) + 1; next <= hour; ++next) {
      clock_.tell(next);
      ASSERT_TRUE(soon([&] { return static_cast<int>(intervals()) == next; })) << next;
    }
  }

  void close() {
    host_.reset();
    store_.reset();
  }

  void append(int first, int count) {
    std::ofstream(folder_ / "rows.csv", std::ios::app) << hourly_rows(first, count, -1);
  }

  std::uint64_t intervals() { return store_->intervals().progress("shop").value().intervals; }

  DetectorStatus status() {
    const auto entry = store_->catalog().get(CatalogKind::status, "shop");
    if (!entry) return {};
    return document::read_status(document::parse_json(entry->document).value()).value();
  }

  SourceHealth health_at(IntervalIndex hours) {
    const IntervalGrid grid(std::chrono::hours(1));
    const auto interval = grid.index_of(ToldClock::start()) + hours;
    return store_->intervals().read_quality("shop", interval + 1, 1).value().at(0).source;
  }

  std::uint64_t late_rows() {
    std::uint64_t late = 0;
    for (const auto& quality :
         store_->intervals().read_quality("shop", 1'000'000'000, 1000).value())
      late += quality.rejected.count(RowFault::late);
    return late;
  }

  bool metrics_say(const std::string& line) {
    return metrics_.to_text().find(line) != std::string::npos;
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
  ByteBudget bytes_{"server.memory", 256U << 20U};
  Health health_;
  std::unique_ptr<store::Store> store_;
  std::optional<DetectorHost> host_;
};

TEST_F(LiveOutage, IsSeenWhenTheFirstEmptyIntervalIsOver) {
  pass_to(104);
  ASSERT_TRUE(soon([&] { return status().source == SourceHealth::silent; }));
  EXPECT_EQ(to_rfc3339(status().source_since.value()), "2026-01-05T04:00:00Z");
  EXPECT_EQ(health_at(99), SourceHealth::healthy);
  EXPECT_EQ(health_at(100), SourceHealth::silent);
  EXPECT_TRUE(metrics_say("bellwether_source_silent{detector=\"shop\"} 1"));
  EXPECT_TRUE(soon([&] {
    return health_.parts()["detector shop"].detail == "no data since 2026-01-05T04:00:00Z";
  }));
  EXPECT_TRUE(health_.parts()["detector shop"].ready);
}

TEST_F(LiveOutage, EndsWithTheNextRowsAndCountsThoseThatAreLate) {
  pass_to(110);
  append(104, 8);
  clock_.tell(112);
  ASSERT_TRUE(soon([&] { return intervals() == 112; }));
  ASSERT_TRUE(soon([&] { return status().source == SourceHealth::healthy; }));
  EXPECT_FALSE(status().source_since);
  EXPECT_EQ(health_at(109), SourceHealth::silent);
  EXPECT_EQ(health_at(110), SourceHealth::healthy);
  EXPECT_EQ(late_rows(), 12U) << "six hours of two countries";
  EXPECT_TRUE(metrics_say("bellwether_source_silent{detector=\"shop\"} 0"));
  EXPECT_TRUE(store_->groups().find({}).value().groups.empty());
}

TEST_F(LiveOutage, IsNoticedAfterAJumpOfTheClock) {
  clock_.tell(120);
  append(100, 10);
  ASSERT_TRUE(soon([&] { return intervals() == 109; })) << intervals();
  EXPECT_EQ(late_rows(), 0U) << "the source may have held rows back";
  clock_.tell(123);
  ASSERT_TRUE(soon([&] { return intervals() == 123; })) << intervals();
  EXPECT_EQ(health_at(122), SourceHealth::silent);
}

TEST_F(LiveOutage, IsNoticedAgainAfterARestart) {
  pass_to(104);
  ASSERT_TRUE(soon([&] { return status().intervals == 104; }));
  close();
  clock_.tell(130);
  open();
  ASSERT_TRUE(soon([&] { return status().changed_at == clock_.now(); }));
  EXPECT_EQ(status().source, SourceHealth::silent);
  EXPECT_EQ(intervals(), 104U) << "the source may have held rows back";
  clock_.tell(134);
  ASSERT_TRUE(soon([&] { return intervals() == 134; })) << intervals();
  EXPECT_EQ(to_rfc3339(status().source_since.value()), "2026-01-05T04:00:00Z");
}

}  // namespace
}  // namespace bellwether::pipeline
