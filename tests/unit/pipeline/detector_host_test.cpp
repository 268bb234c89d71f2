#include "bellwether/pipeline/detector_host.hpp"

#include <atomic>
#include <filesystem>
#include <functional>
#include <future>
#include <iterator>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "bellwether/document/group_documents.hpp"
#include "bellwether/document/json.hpp"
#include "bellwether/document/spec_documents.hpp"
#include "bellwether/ingest/row_reader.hpp"

#include "start_marks.hpp"
#include "support/hourly_rows.hpp"
#include "support/temporary_folder.hpp"

namespace bellwether::pipeline {
namespace {

using std::chrono::milliseconds;
using store::CatalogKind;
using testing::an_hourly_detector;
using testing::hourly_rows;
using testing::TemporaryFolder;

DetectorSpec over_file(std::string path) {
  DetectorSpec spec = an_hourly_detector("shop");
  spec.source = FileSourceSpec{.path = std::move(path)};
  return spec;
}

/// A store, a clock and a host over them, as the daemon builds them.
class DetectorHostTest : public ::testing::Test {
 protected:
  void open(std::vector<std::string> allow_paths = {}) {
    auto opened = store::Store::open({.path = folder_ / "data"});
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
    HostContext context{.store = *store_,
                        .pool = pool_,
                        .clock = clock_,
                        .wall_clock = clock_,
                        .metrics = metrics_,
                        .health = health_,
                        .bytes = bytes_,
                        .allow_paths = std::move(allow_paths)};
    if (open_source_) context.open_source = open_source_;
    host_.emplace(context, std::chrono::days(400));
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

  std::optional<DetectorStatus> status(const std::string& name) {
    const auto entry = store_->catalog().get(CatalogKind::status, name);
    if (!entry) return std::nullopt;
    return document::read_status(document::parse_json(entry->document).value()).value();
  }

  std::optional<DetectorState> state(const std::string& name) {
    const auto said = status(name);
    return said ? std::optional(said->state) : std::nullopt;
  }

  /// A detector, `name`, with a source that only `open_source_` knows.
  static DetectorSpec with_a_strange_source(const std::string& name) {
    DetectorSpec spec = an_hourly_detector(name);
    spec.source = FileSourceSpec{.path = "strange"};
    return spec;
  }

  /// Has sources of that path opened by `strange`.
  void open_strange_sources(std::function<Result<std::unique_ptr<ingest::Source>>()> strange) {
    open_source_ =
        [strange = std::move(strange)](
            const DetectorSpec& spec, const SourcePosition& from, const Clock* clock,
            const ingest::SourceContext& context) -> Result<std::unique_ptr<ingest::Source>> {
      const auto* file = std::get_if<FileSourceSpec>(&spec.source);
      if (file != nullptr && file->path == "strange") return strange();
      return ingest::make_source(spec, from, clock, context);
    };
  }

  /// Others start, work, stop and are deleted meanwhile.
  void expect_others_go_on() {
    put_detector(over_file(folder_.write("rows.csv", hourly_rows(0, 30, -1))));
    EXPECT_TRUE(soon([&] { return intervals("shop") == 30; }));
    put(CatalogKind::desired_state, "shop", "inactive");
    EXPECT_TRUE(soon([&] { return state("shop") == DetectorState::deactivated; }));
    put(CatalogKind::desired_state, "shop", "deleted");
    EXPECT_TRUE(soon([&] { return !store_->catalog().get(CatalogKind::detector, "shop"); }));
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
  ByteBudget bytes_{"server.memory", 256U << 20U};
  Health health_;
  OpenSource open_source_;
  std::unique_ptr<store::Store> store_;
  std::optional<DetectorHost> host_;
};

/// Does whatever a function does.
class StrangeSource final : public ingest::Source {
 public:
  explicit StrangeSource(std::function<Result<State>()> next) : next_(std::move(next)) {}
  Result<State> next(ingest::Intake& /*intake*/, milliseconds /*wait*/) override { return next_(); }
  Result<void> acknowledge(const SourcePosition& /*position*/) override { return ok(); }

 private:
  std::function<Result<State>()> next_;
};

std::unique_ptr<ingest::Source> strange(std::function<Result<ingest::Source::State>()> next) {
  return std::make_unique<StrangeSource>(std::move(next));
}

std::size_t threads_of_this_process() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return static_cast<std::size_t>(std::distance(begin(tasks), end(tasks)));
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

TEST_F(DetectorHostTest, ASourceThatBlocksHoldsNobodyElse) {
  std::promise<void> end;  // One that is given up lets go of those who wait, too.
  const auto blocked = std::make_shared<std::atomic<int>>(0);
  open_strange_sources(
      [blocked, ended = end.get_future().share()]() -> Result<std::unique_ptr<ingest::Source>> {
        return strange([blocked, ended]() -> Result<ingest::Source::State> {
          ++*blocked;
          ended.wait();
          return ingest::Source::State::idle;
        });
      });
  open();
  for (const auto* name : {"stuck", "stuck_too"}) put_detector(with_a_strange_source(name));
  ASSERT_TRUE(soon([&] { return *blocked == 2; }));
  put(CatalogKind::desired_state, "stuck", "inactive");
  EXPECT_TRUE(soon([&] { return state("stuck") == DetectorState::deactivating; }));
  EXPECT_TRUE(soon([&] { return host_->unfinished() == std::vector<std::string>{"stuck"}; }));
  expect_others_go_on();
  // The same one cannot begin again while the old one has not ended.
  put(CatalogKind::desired_state, "stuck", "active");
  EXPECT_EQ(*blocked, 2);
  end.set_value();
  EXPECT_TRUE(soon([&] { return *blocked > 2 && host_->unfinished().empty(); }));
  close();
}

TEST_F(DetectorHostTest, ASourceWhoseOpeningBlocksHoldsNobodyElse) {
  std::promise<void> end;
  const auto is_blocked = std::make_shared<std::atomic<bool>>(false);
  open_strange_sources(
      [is_blocked, ended = end.get_future().share()]() -> Result<std::unique_ptr<ingest::Source>> {
        *is_blocked = true;
        ended.wait();
        return unavailable("it took long enough");
      });
  open();
  put_detector(with_a_strange_source("stuck"));
  ASSERT_TRUE(soon([&] { return is_blocked->load(); }));
  put(CatalogKind::desired_state, "stuck", "deleted");
  expect_others_go_on();
  EXPECT_TRUE(store_->catalog().get(CatalogKind::detector, "stuck"));
  end.set_value();
  EXPECT_TRUE(soon([&] { return !store_->catalog().get(CatalogKind::detector, "stuck"); }));
  close();
}

TEST_F(DetectorHostTest, AnExceptionFailsItsDetectorAlone) {
  open_strange_sources([]() -> Result<std::unique_ptr<ingest::Source>> {
    return strange([]() -> Result<ingest::Source::State> { throw std::bad_alloc(); });
  });
  open();
  put_detector(with_a_strange_source("greedy"));
  ASSERT_TRUE(soon([&] { return state("greedy") == DetectorState::failed; }));
  EXPECT_EQ(status("greedy")->failure, "reading the source: there is not enough memory");
  EXPECT_FALSE(health_.parts().at("detector greedy").ready);
  EXPECT_TRUE(health_.is_ready());
  expect_others_go_on();
  close();
}

TEST_F(DetectorHostTest, AThreadThatCannotBeHadIsAskedForAgainLater) {
  open_strange_sources([]() -> Result<std::unique_ptr<ingest::Source>> {
    throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
  });
  open();
  put_detector(with_a_strange_source("many"));
  ASSERT_TRUE(soon([&] {
    const auto parts = health_.parts();
    const auto part = parts.find("detector many");
    return part != parts.end() &&
           part->second.detail.find("temporarily unavailable") != std::string::npos;
  }));
  EXPECT_NE(state("many"), DetectorState::failed);
  close();
}

TEST_F(DetectorHostTest, OneThatFailedStartsAgainWhenItIsActivatedAgain) {
  std::atomic<bool> is_mended = false;
  open_strange_sources([&]() -> Result<std::unique_ptr<ingest::Source>> {
    if (!is_mended) return invalid_input("not like this");
    return strange([]() -> Result<ingest::Source::State> { return ingest::Source::State::idle; });
  });
  open();
  put_detector(with_a_strange_source("once"));
  ASSERT_TRUE(soon([&] { return state("once") == DetectorState::failed; }));
  is_mended = true;
  put(CatalogKind::desired_state, "once", "active");
  EXPECT_TRUE(soon([&] { return state("once") == DetectorState::learning; }));
  close();
}

TEST_F(DetectorHostTest, DoesNotStartWhatEndedTheProcessThreeTimesUntilItIsActivated) {
  auto opened = store::Store::open({.path = folder_ / "data"});
  ASSERT_TRUE(opened);
  store_ = std::move(*opened);
  put_detector(over_file(folder_.write("rows.csv", hourly_rows(0, 30, -1))));
  const StartMarks::Version version{store_->catalog().get(CatalogKind::detector, "shop")->revision,
                                    0};
  for (int death = 0; death < 3; ++death) {
    StartMarks marks(store_->catalog());
    ASSERT_TRUE(marks.load());
    ASSERT_TRUE(marks.begin("shop", version));
  }
  store_.reset();
  open();
  DetectorSpec other = over_file(folder_ / "rows.csv");
  other.name = "other";
  put_detector(other);
  ASSERT_TRUE(soon([&] { return intervals("other") == 30; }));
  EXPECT_EQ(state("shop"), DetectorState::failed);
  EXPECT_NE(status("shop")->failure.find("3 times in a row"), std::string::npos);
  EXPECT_EQ(intervals("shop"), 0U);
  put(CatalogKind::desired_state, "shop", "active");
  EXPECT_TRUE(soon([&] { return intervals("shop") == 30; }));
  EXPECT_TRUE(soon([&] { return store_->catalog().list(CatalogKind::start)->empty(); }));
  close();
}

TEST_F(DetectorHostTest, StartsSuspectsAfterTheOthersAndOneByOne) {
  auto opened = store::Store::open({.path = folder_ / "data"});
  ASSERT_TRUE(opened);
  store_ = std::move(*opened);
  std::mutex mutex;
  std::vector<std::string> order;
  std::atomic<int> at_once = 0;
  std::atomic<int> most_at_once = 0;
  open_source_ = [&](const DetectorSpec& spec, const SourcePosition&, const Clock*,
                     const ingest::SourceContext&) -> Result<std::unique_ptr<ingest::Source>> {
    const std::lock_guard lock(mutex);
    order.push_back(spec.name);
    most_at_once = std::max(most_at_once.load(), ++at_once);
    return strange([&, is_first = true]() mutable -> Result<ingest::Source::State> {
      if (std::exchange(is_first, false)) --at_once;
      return ingest::Source::State::idle;
    });
  };
  StartMarks marks(store_->catalog());
  for (const auto* name : {"a", "b", "z"}) put_detector(with_a_strange_source(name));
  for (const auto* name : {"a", "b"})
    ASSERT_TRUE(
        marks.begin(name, {store_->catalog().get(CatalogKind::detector, name)->revision, 0}));
  store_.reset();
  open();
  for (const auto* name : {"a", "b", "z"})
    EXPECT_TRUE(soon([&] { return state(name) == DetectorState::learning; })) << name;
  close();
  EXPECT_EQ(order, (std::vector<std::string>{"z", "a", "b"}));
  EXPECT_EQ(most_at_once, 1);
}

TEST_F(DetectorHostTest, ManyIdleDetectorsTakeFewThreads) {
  open();
  const std::size_t before = threads_of_this_process();
  constexpr int many = 200;
  for (int i = 0; i < many; ++i) put_detector(an_hourly_detector("d" + std::to_string(i)));
  for (int i = 0; i < many; ++i)
    ASSERT_TRUE(soon([&] { return state("d" + std::to_string(i)) == DetectorState::learning; }));
  EXPECT_LT(threads_of_this_process(), before + 20);
  // And they wake up when rows come.
  auto rows = ingest::read_pushed_rows({an_hourly_detector("d7"), {}}, ingest::PushedFormat::csv,
                                       hourly_rows(0, 30, -1));
  ASSERT_TRUE(rows);
  ASSERT_TRUE(store_->inbox().append("d7", *std::move(rows), {}, "", {}));
  EXPECT_TRUE(soon([&] { return intervals("d7") >= 29; }));
  close();
}

}  // namespace
}  // namespace bellwether::pipeline
