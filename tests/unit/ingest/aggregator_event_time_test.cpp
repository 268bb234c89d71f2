#include <algorithm>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest_fixtures.hpp"

namespace bellwether::ingest {
namespace {

/// Streams that are read side by side into one aggregator, as a Kafka source does.
class SideBySide {
 public:
  explicit SideBySide(const DetectorSpec& spec) : rows(spec) {}

  /// Hands out rows of a stream, then the watermark.
  void add(const std::string& stream, const std::vector<TestRow>& made,
           std::optional<TimePoint> watermark = std::nullopt) {
    auto& [next, newest] = streams[stream];
    Intake intake{.batch = batch_of(rows.spec, made, next)};
    intake.batch.stream = stream;
    intake.event_time = EventTime{.stream_newest = newest, .watermark = watermark};
    next += made.size();
    for (const TimePoint time : intake.batch.timestamps)
      newest = std::max(newest.value_or(time), time);
    ASSERT_TRUE(rows.aggregator.add(intake, [this](ClosedInterval&& interval) {
      rows.closed.push_back(std::move(interval));
      return ok();
    }));
  }

  TimePoint slowest() const {
    TimePoint least = TimePoint::max();
    for (const auto& [name, stream] : streams)
      least = std::min(least, stream.second.value_or(TimePoint::min()));
    return least;
  }

  Aggregation rows;
  std::map<std::string, std::pair<std::uint64_t, std::optional<TimePoint>>> streams;
};

TEST(AggregatorEventTime, ClosesByTheWatermarkAndNotByARow) {
  SideBySide topic(a_detector());
  topic.add("t/0", {{"08:00", {"a"}, {1}}, {"10:00", {"a"}, {2}}});
  EXPECT_EQ(topic.rows.closed.size(), 0U);
  topic.add("t/1", {{"08:10", {"b"}, {5}}, {"09:10", {"b"}, {6}}}, at("09:10"));

  ASSERT_EQ(topic.rows.closed.size(), 1U);
  EXPECT_EQ(topic.rows.value(0, "*"), 6);
  topic.add("t/1", {}, at("10:00"));
  ASSERT_EQ(topic.rows.closed.size(), 2U);
  EXPECT_EQ(topic.rows.value(1, "b"), 6);
}

TEST(AggregatorEventTime, CallsARowLateThatItsOwnStreamHadPassed) {
  auto spec = a_detector();
  spec.offset = std::chrono::minutes(5);
  SideBySide topic(spec);
  topic.add("t/0", {{"08:00", {"a"}, {1}},
                    {"09:04", {"a"}, {1}},
                    {"08:30", {"a"}, {10}},
                    {"09:05", {"a"}, {1}},
                    {"08:40", {"a"}, {100}}});
  topic.add("t/0", {{"08:50", {"a"}, {1000}}});
  topic.add("t/1", {{"08:59", {"a"}, {10000}}}, at("09:05"));

  ASSERT_EQ(topic.rows.closed.size(), 1U);
  EXPECT_EQ(topic.rows.value(0, "a"), 10011);
  EXPECT_EQ(topic.rows.closed[0].quality.rejected.count(RowFault::late), 2U);
}

TEST(AggregatorEventTime, CountsRefusedRowsOnceThoughRowNumbersHaveGapsAndShares) {
  SideBySide topic(a_detector());
  Intake intake{.batch = batch_of(topic.rows.spec, {{"08:00", {"a"}, {1}}, {"08:01", {"a"}, {2}}})};
  intake.batch.row_numbers = {7, 7};
  intake.batch.end_row = 5'000'000'000;
  intake.batch.rejected.add(RowFault::unreadable, 9, "no JSON");
  intake.event_time.emplace();
  ASSERT_TRUE(topic.rows.aggregator.add(intake, [](ClosedInterval&&) { return ok(); }));
  topic.add("other", {}, at("09:00"));

  ASSERT_EQ(topic.rows.closed.size(), 1U);
  EXPECT_EQ(topic.rows.closed[0].quality.rows, 2U);
  EXPECT_EQ(topic.rows.closed[0].quality.rejected.total(), 1U);
}

/// The same rows of four streams, cut and interleaved at random: the same frames.
TEST(AggregatorEventTime, GivesTheSameFramesHoweverStreamsInterleave) {
  std::mt19937 dice(7);
  std::vector<std::vector<TestRow>> streams(4);
  for (auto& rows : streams)
    for (int i = 0; i < 200; ++i) {
      // Now and then an hour back, so that some are late by their own stream.
      const int minute = std::max(0, i * 5 - static_cast<int>(dice() % 100));
      rows.push_back({to_rfc3339(at("00:00") + std::chrono::minutes(minute)),
                      {std::string(1, static_cast<char>('a' + dice() % 5))},
                      {static_cast<double>(dice() % 100)}});
    }
  std::string expected;
  for (int round = 0; round < 20; ++round) {
    SideBySide topic(a_detector());
    for (int i = 0; i < 4; ++i) topic.streams["t/" + std::to_string(i)];
    std::vector<std::size_t> next(streams.size());
    while (true) {
      const std::size_t stream = dice() % streams.size();
      const std::size_t count =
          std::min<std::size_t>(1 + dice() % 40, streams[stream].size() - next[stream]);
      const auto from = streams[stream].begin() + static_cast<std::ptrdiff_t>(next[stream]);
      next[stream] += count;
      const std::string name = "t/" + std::to_string(stream);
      topic.add(name, {from, from + static_cast<std::ptrdiff_t>(count)});
      topic.add(name, {}, topic.slowest());
      const bool is_over = std::ranges::all_of(next, [](std::size_t one) { return one == 200; });
      if (is_over) break;
    }
    topic.rows.close_all();
    std::string frames;
    for (const auto& closed : topic.rows.closed) {
      frames += to_rfc3339(closed.frame.start) + ":" + std::to_string(closed.quality.rows);
      for (const double value : closed.frame.measures[0].values)
        frames += " " + std::to_string(value);
      frames += "\n";
    }
    if (round == 0) expected = frames;
    EXPECT_EQ(frames, expected) << "round " << round;
  }
  EXPECT_NE(expected, "");
}

}  // namespace
}  // namespace bellwether::ingest
