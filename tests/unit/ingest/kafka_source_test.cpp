#include "kafka_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest_fixtures.hpp"
#include "scripted_kafka.hpp"

namespace bellwether::ingest {
namespace {

using namespace std::chrono_literals;
using State = Source::State;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

constexpr std::chrono::milliseconds no_wait{0};

KafkaSourceSpec an_orders_topic() {
  KafkaSourceSpec kafka;
  kafka.brokers = "broker:9092";
  kafka.topic = "orders";
  kafka.idle_timeout = 10s;
  return kafka;
}

ScriptedTopic::Message a_message(std::int32_t partition, std::int64_t offset,
                                 const std::string& time, int views = 1) {
  return {.partition = partition,
          .offset = offset,
          .value = R"({"time":"2026-03-20 )" + time + R"(:00","shop":"a","views":)" +
                   std::to_string(views) + "}"};
}

ScriptedTopic::Message an_end(std::int32_t partition, std::int64_t offset) {
  return {.kind = KafkaMessage::Kind::end, .partition = partition, .offset = offset, .value = ""};
}

/// A source over a scripted topic; time passes when it is told to.
class Reading {
 public:
  explicit Reading(const SourcePosition& from = {}, KafkaSourceSpec kafka = an_orders_topic(),
                   const Clock* clock = nullptr)
      : spec(a_detector()) {
    auto partitions = KafkaPartitions::make(kafka, from);
    auto reader = MessageReader::make({spec, std::nullopt}, kafka.format);
    KafkaSource::Parts parts{.open_consumer =
                                 [this](auto& listener) {
                                   return Result<std::unique_ptr<KafkaConsumer>>(
                                       std::make_unique<ScriptedConsumer>(topic, listener));
                                 },
                             .dead_letters = std::make_unique<ScriptedLetters>(post),
                             .partitions = *std::move(partitions),
                             .reader = *std::move(reader),
                             .clock = clock,
                             .now = [this] { return now; }};
    source = std::make_unique<KafkaSource>(spec, kafka, std::move(parts));
    next();  // It joins the group.
  }

  State next() {
    intake = {};
    now += 100ms;
    const auto state = source->next(intake, no_wait);
    EXPECT_TRUE(state) << state.error().message;
    return *state;
  }
  State next_after(std::chrono::milliseconds time) {
    for (; time > 1s; time -= 1s) {
      now += 1s;
      next();
    }
    now += time;
    return next();
  }
  std::optional<TimePoint> watermark() const { return intake.event_time->watermark; }

  DetectorSpec spec;
  ScriptedTopic topic;
  ScriptedLetters::Post post;
  Watermark::Instant now{};
  Intake intake;
  std::unique_ptr<KafkaSource> source;
};

TEST(KafkaSource, HandsOutRunsOfAPartitionWithTheirPlace) {
  Reading reading;
  reading.topic.partition_count = 2;
  reading.topic.assign({0, 1});
  reading.topic.give(
      {a_message(0, 5, "08:00"), a_message(0, 9, "08:01"), a_message(1, 0, "08:02")});

  ASSERT_EQ(reading.next(), State::rows);
  EXPECT_EQ(reading.intake.batch.stream, "orders/0");
  EXPECT_EQ(reading.intake.batch.first_row, 5U);
  EXPECT_EQ(reading.intake.batch.end_row, 10U);
  EXPECT_THAT(reading.intake.batch.row_numbers, ElementsAre(0, 4));
  EXPECT_EQ(reading.intake.batch.resume_at, "kafka 1 5 -");
  EXPECT_THAT(reading.intake.batch.resume_after, HasSubstr("kafka 1 10 17"));
  ASSERT_EQ(reading.next(), State::rows);
  EXPECT_EQ(reading.intake.batch.stream, "orders/1");
  EXPECT_EQ(reading.next(), State::waiting);
}

TEST(KafkaSource, GoesOnWhereItsOwnPositionSays) {
  const TimePoint newest = at("08:00");
  Reading reading({{.stream = "orders/0",
                    .resume_at = "kafka 1 40 " + std::to_string(newest.time_since_epoch().count()),
                    .resume_row = 1040,
                    .seen_rows = 1043}});
  reading.topic.assign({0});
  EXPECT_THAT(reading.topic.starts, ElementsAre(Pair(0, 40)));
  reading.topic.give({a_message(0, 39, "07:00"), a_message(0, 41, "08:30"),
                      a_message(0, 42, "08:30"), a_message(0, 43, "08:30")});

  // What was seen before and what was not come in batches of their own.
  ASSERT_EQ(reading.next(), State::rows);
  EXPECT_EQ(reading.intake.batch.first_row, 1040U);
  EXPECT_EQ(reading.intake.batch.end_row, 1043U);
  EXPECT_EQ(reading.intake.batch.row_count(), 2U);
  EXPECT_EQ(reading.intake.event_time->stream_newest, newest);
  ASSERT_EQ(reading.next(), State::rows);
  EXPECT_EQ(reading.intake.batch.first_row, 1043U);
}

TEST(KafkaSource, BeginsAtTheLatestOnlyInItsFirstRun) {
  auto kafka = an_orders_topic();
  kafka.start = KafkaStart::latest;
  Reading first({}, kafka);
  first.topic.assign({0});
  EXPECT_EQ(first.topic.starts[0], KafkaConsumer::at_end);
  first.topic.give({an_end(0, 77)});
  ASSERT_EQ(first.next(), State::rows) << "the end is a position to keep";
  EXPECT_EQ(first.intake.batch.end_row, 77U);
  EXPECT_EQ(first.intake.batch.resume_after, "kafka 1 77 -");

  Reading second(
      {{.stream = "orders/0", .resume_at = "kafka 1 77 -", .resume_row = 77, .seen_rows = 77}},
      kafka);
  second.topic.partition_count = 2;
  second.topic.assign({0, 1});
  EXPECT_EQ(second.topic.starts[0], 77);
  EXPECT_EQ(second.topic.starts[1], KafkaConsumer::at_beginning) << "it was added meanwhile";
}

TEST(KafkaSource, HoldsTheWatermarkForAPartitionThatWasJustAdded) {
  Reading reading;
  reading.topic.assign({0});
  reading.topic.give({a_message(0, 0, "08:00")});
  reading.next();
  reading.next_after(1s);
  EXPECT_EQ(reading.watermark(), at("08:00"));

  reading.topic.partition_count = 2;
  reading.topic.give({a_message(0, 1, "12:00")});
  reading.next();
  reading.next_after(1s);
  EXPECT_EQ(reading.watermark(), at("08:00")) << "its rows may be older";
  reading.topic.assign({1});
  reading.topic.give({a_message(1, 0, "11:00")});
  reading.next();
  reading.next_after(1s);
  EXPECT_EQ(reading.watermark(), at("11:00"));
}

TEST(KafkaSource, MovesTheWatermarkNoFurtherThanTheClock) {
  const ReplayClock clock(at("08:00"), 0);
  Reading reading({}, an_orders_topic(), &clock);
  reading.topic.assign({0});
  reading.topic.give({a_message(0, 0, "07:10"), a_message(0, 1, "08:09")});
  reading.next();
  EXPECT_EQ(reading.intake.batch.row_count(), 2U);
  EXPECT_EQ(reading.intake.batch.received_at, at("08:00"));
  reading.next_after(1s);
  EXPECT_EQ(reading.watermark(), at("08:00"));
  reading.topic.give({a_message(0, 2, "07:50")});
  reading.next();
  EXPECT_EQ(reading.intake.event_time->stream_newest, at("08:00"));
}

TEST(KafkaSource, DoesNotWaitForASilentPartitionButForOneThatCannotBeReached) {
  Reading reading;
  reading.topic.partition_count = 2;
  reading.topic.assign({0, 1});
  reading.topic.give({a_message(0, 0, "08:00"), a_message(1, 0, "09:00"), an_end(0, 1)});
  for (int i = 0; i < 3; ++i) reading.next();
  reading.next_after(5s);
  reading.topic.tell_statistics(false, {{0, 1}, {1, 1}});
  EXPECT_EQ(reading.next_after(20s), State::waiting);
  EXPECT_EQ(reading.watermark(), at("08:00"));
  EXPECT_THAT(reading.intake.failure, HasSubstr("no broker of 'broker:9092' can be reached"));

  for (int i = 0; i < 3; ++i) reading.topic.tell_statistics(true, {{0, 1}, {1, 2}});
  reading.next_after(12s);
  EXPECT_EQ(reading.watermark(), at("09:00"));
  EXPECT_EQ(reading.intake.failure, "");
}

TEST(KafkaSource, IsIdleOnlyWhenEveryPartitionWasReadToItsEnd) {
  Reading reading;
  reading.topic.partition_count = 2;
  reading.next_after(1s);
  reading.topic.assign({0});
  reading.topic.tell_statistics(true, {{0, 1}, {1, 1}});
  reading.topic.give({a_message(0, 0, "08:00"), an_end(0, 1)});
  reading.next();
  EXPECT_EQ(reading.next(), State::waiting) << "partition 1 is nobody's yet";
  reading.topic.assign({1});
  EXPECT_EQ(reading.next(), State::waiting);
  reading.topic.give({an_end(1, 0)});
  reading.next();
  EXPECT_EQ(reading.next(), State::idle);
  reading.topic.partition_count = unavailable("the broker is gone");
  EXPECT_EQ(reading.next_after(7s), State::waiting);
}

TEST(KafkaSource, SaysHowMuchRetentionTookAndGoesOnAtTheEarliest) {
  Reading reading(
      {{.stream = "orders/0", .resume_at = "kafka 1 40 -", .resume_row = 40, .seen_rows = 40}});
  reading.topic.assign({0});
  reading.topic.offsets[0] = {100, 200};
  reading.topic.give({{.kind = KafkaMessage::Kind::out_of_range, .partition = 0, .value = ""}});
  reading.next();
  reading.next();
  EXPECT_THAT(reading.topic.restarts, ElementsAre(Pair(0, 100)));
  Metrics metrics;
  reading.source->measure(metrics);
  EXPECT_THAT(metrics.to_text(),
              HasSubstr("bellwether_kafka_lost_messages_total{detector=\"test\"} 60"));

  // The topic was made anew: offsets begin again, numbers go on.
  reading.topic.offsets[0] = {0, 3};
  reading.topic.give({{.kind = KafkaMessage::Kind::out_of_range, .partition = 0, .value = ""}});
  reading.next();
  reading.next();
  EXPECT_EQ(reading.topic.restarts.back(), std::pair(0, std::int64_t{0}));
  reading.topic.give({a_message(0, 0, "08:00")});
  ASSERT_EQ(reading.next(), State::rows);
  EXPECT_EQ(reading.intake.batch.first_row, 100U);
}

TEST(KafkaSource, ForgetsPartitionsThatAreNoMore) {
  Reading reading(
      {{.stream = "orders/0", .resume_at = "kafka 1 1 -", .resume_row = 1, .seen_rows = 1},
       {.stream = "orders/5", .resume_at = "kafka 1 1 -", .resume_row = 1, .seen_rows = 1}});
  reading.topic.assign({0});
  reading.topic.give({a_message(0, 1, "08:00")});
  reading.next();
  reading.next_after(1s);
  EXPECT_EQ(reading.watermark(), at("08:00"));
}

TEST(KafkaSource, HoldsBackRowsUntilTheirDeadLettersAreDelivered) {
  Reading reading;
  reading.post.is_open = false;
  reading.topic.assign({0});
  reading.topic.give({a_message(0, 0, "08:00"),
                      {.partition = 0, .offset = 1, .value = "{oops"},
                      {.partition = 0, .offset = 2, .value = "", .is_null = true}});
  EXPECT_EQ(reading.next(), State::waiting);
  EXPECT_THAT(reading.intake.failure, HasSubstr("the post is closed"));
  reading.post.is_open = true;
  ASSERT_EQ(reading.next(), State::rows);
  EXPECT_EQ(reading.intake.batch.row_count(), 1U);
  EXPECT_EQ(reading.intake.batch.end_row, 3U);
  EXPECT_EQ(reading.intake.batch.rejected.total(), 1U);
  EXPECT_THAT(reading.intake.batch.rejected.samples[0].message,
              HasSubstr("partition 0, offset 1: the line is not a JSON object"));
  ASSERT_EQ(reading.post.delivered.size(), 1U);
  EXPECT_EQ(reading.post.delivered[0].value, "{oops");
  EXPECT_EQ(reading.post.delivered[0].offset, 1);
}

TEST(KafkaSource, PausesAPartitionThatIsFarAheadOfTheOthers) {
  Reading reading;
  reading.topic.partition_count = 2;
  reading.topic.assign({0, 1});
  reading.topic.give({a_message(0, 0, "00:00"), a_message(1, 0, "09:00")});
  for (int i = 0; i < 3; ++i) reading.next();
  EXPECT_TRUE(reading.topic.paused[1]);
  EXPECT_FALSE(reading.topic.paused.contains(0));
  reading.topic.give({a_message(0, 1, "06:00")});
  for (int i = 0; i < 2; ++i) reading.next();
  EXPECT_FALSE(reading.topic.paused[1]);
}

TEST(KafkaSource, CommitsToTheBrokerWhatItsStoreHas) {
  Reading reading;
  reading.topic.assign({0});
  reading.topic.give({a_message(0, 7, "08:00")});
  reading.next();
  ASSERT_TRUE(reading.source->acknowledge(
      {{.stream = "orders/0", .resume_at = "kafka 1 7 -", .resume_row = 7, .seen_rows = 8},
       {.stream = "other/0", .resume_at = "", .resume_row = 0, .seen_rows = 0}}));
  reading.next();
  EXPECT_THAT(reading.topic.commits, ElementsAre(Pair(0, 8)));
}

TEST(KafkaSource, MakesItsConsumerAnewWhenItFailedForGood) {
  Reading reading;
  reading.topic.assign({0});
  reading.topic.give({a_message(0, 0, "08:00")});
  reading.next();
  reading.topic.fatal = "fenced";
  EXPECT_EQ(reading.next(), State::waiting);
  EXPECT_THAT(reading.intake.failure, HasSubstr("fenced"));
  reading.topic.fatal.reset();
  reading.next_after(6s);
  EXPECT_EQ(reading.topic.opened, 2);
  reading.topic.assign({0});
  EXPECT_EQ(reading.topic.starts[0], 1);
}

}  // namespace
}  // namespace bellwether::ingest
