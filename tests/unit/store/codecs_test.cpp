#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "batch_codec.hpp"
#include "catalog_codec.hpp"
#include "delivery_records.hpp"
#include "dictionary_codec.hpp"
#include "frame_codec.hpp"
#include "group_records.hpp"
#include "inbox_records.hpp"
#include "lesson_codec.hpp"
#include "progress_codec.hpp"
#include "quality_codec.hpp"
#include "state_records.hpp"

namespace bellwether::store {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr float no_score = std::numeric_limits<float>::quiet_NaN();

ScoredColumn unscored(std::size_t series) {
  ScoredColumn scored;
  for (auto* column : {&scored.expected, &scored.lower, &scored.upper, &scored.severity})
    column->assign(series, no_score);
  return scored;
}

TEST(FrameCodec, KeepsEveryColumnOfASlab) {
  MeasureColumn column;
  ScoredColumn scored = unscored(700);
  for (std::size_t i = 0; i < 700; ++i) {
    column.values.push_back(i % 3 == 0 ? nothing : static_cast<double>(i) / 8);
    column.row_counts.push_back(i % 3 == 0 ? 0 : static_cast<double>(i));
    if (i % 5 == 0) continue;
    scored.expected[i] = static_cast<float>(i);
    scored.lower[i] = static_cast<float>(i) - 1;
    scored.upper[i] = i % 2 == 0 ? no_score : static_cast<float>(i) + 1;
    scored.severity[i] = 50;
  }
  std::string values;
  std::string scores;
  encode_values(column, 512, 188, values);
  encode_scores(scored, 512, 188, scores);

  auto view = SlabView::open(values);

  ASSERT_TRUE(view);
  ASSERT_TRUE(view->add_scores(scores));
  EXPECT_EQ(view->series_count(), 188U);
  const auto same = [](auto a, auto b) { return a == b || (std::isnan(a) && std::isnan(b)); };
  for (std::size_t i = 0; i < 188; ++i) {
    EXPECT_TRUE(same(view->value(i), column.values[512 + i]));
    EXPECT_EQ(view->row_count(i), column.row_counts[512 + i]);
    EXPECT_TRUE(same(view->expected(i), scored.expected[512 + i]));
    EXPECT_TRUE(same(view->lower(i), scored.lower[512 + i]));
    EXPECT_TRUE(same(view->upper(i), scored.upper[512 + i]));
    EXPECT_TRUE(same(view->severity(i), scored.severity[512 + i]));
  }
}

TEST(FrameCodec, KeepsAFullAndAnEmptySlab) {
  MeasureColumn full{std::vector<double>(64, -0.0), {}};
  std::string record;
  encode_values(full, 0, 64, record);
  ASSERT_TRUE(SlabView::open(record));
  EXPECT_TRUE(std::signbit(SlabView::open(record)->value(63)));

  MeasureColumn empty{std::vector<double>(64, nothing), {}};
  encode_values(empty, 0, 64, record);
  EXPECT_EQ(record.size(), 12U);
  EXPECT_TRUE(std::isnan(SlabView::open(record)->value(0)));
  EXPECT_TRUE(std::isnan(SlabView::open(record)->expected(0)));
}

TEST(FrameCodec, RefusesAMaskBeyondItsSeries) {
  MeasureColumn column{std::vector<double>(10, 1.0), {}};
  std::string record;
  encode_values(column, 0, 10, record);
  record[2] = 9;  // The tenth series is in the mask, but not in the count.

  EXPECT_EQ(SlabView::open(record).error().code, ErrorCode::corrupt);
}

TEST(FrameCodec, RefusesScoresOfAnotherNumberOfSeries) {
  std::string values;
  std::string scores;
  encode_values({std::vector<double>(10, 1.0), {}}, 0, 10, values);
  encode_scores(unscored(11), 0, 11, scores);

  EXPECT_EQ(SlabView::open(values)->add_scores(scores).error().code, ErrorCode::corrupt);
  EXPECT_EQ(SlabView::open(values)->add_scores(values).error().code, ErrorCode::corrupt);
}

TEST(FrameCodec, KeepsAHeading) {
  const FrameHeading heading{TimePoint(Duration(-5)), 1'000'000, 3, SourceHealth::silent};
  EXPECT_EQ(*decode_heading(encode_heading(heading)), heading);
}

TEST(FrameCodec, TakesTheSourceOfAnOlderHeadingForHealthy) {
  std::string record = encode_heading({TimePoint(Duration(-5)), 70, 3, SourceHealth::silent});
  record[0] = 1;
  record.pop_back();
  EXPECT_EQ(*decode_heading(record), (FrameHeading{TimePoint(Duration(-5)), 70, 3}));
}

RowBatch a_batch() {
  RowBatch batch;
  batch.timestamps = {TimePoint(Duration(1'700'000'000'000)), TimePoint(Duration(-4)),
                      TimePoint(Duration(std::numeric_limits<std::int64_t>::max()))};
  batch.dimensions = {{{"NL", "BE"}, {0, 1, 0}}, {{""}, {0, 0, 0}}};
  batch.measures = {{1.5, -0.0, 1e300}};
  batch.rejected.add(RowFault::bad_timestamp, 4, "column 'ts': 'x'");
  batch.rejected_faults = {RowFault::bad_timestamp};
  batch.first_row = 10;
  batch.row_numbers = {0, 2, 3};
  batch.end_row = 14;
  batch.is_historical = true;
  batch.received_at = TimePoint(Duration(1'700'000'000'500));
  return batch;
}

TEST(BatchCodec, KeepsABatch) {
  const RowBatch batch = a_batch();
  const auto decoded =
      decode_batch(encode_batch_head(batch.first_row, batch.end_row) + encode_batch_rows(batch));

  ASSERT_TRUE(decoded);
  EXPECT_EQ(*decoded, batch);
}

TEST(BatchCodec, TakesAnOlderBatchForOneWithoutATimeOfReceipt) {
  RowBatch batch = a_batch();
  std::string record = encode_batch_head(batch.first_row, batch.end_row) + encode_batch_rows(batch);
  record[0] = 1;
  record.erase(batch_head_bytes + 1, 1 + sizeof(std::int64_t));
  batch.received_at.reset();
  const auto decoded = decode_batch(record);
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(*decoded, batch);
}

TEST(DictionaryCodec, KeepsGrowthInSteps) {
  Dictionary dictionary({"country", "device"});
  const Dictionary::Size none = dictionary.extent();
  const std::vector<ValueId> first{dictionary.add_value(0, "NL"), any_value};
  dictionary.add_series(first);
  const Dictionary::Size one = dictionary.extent();
  const std::string growth1 = encode_growth(dictionary, none);
  const std::vector<ValueId> second{dictionary.add_value(0, "BE"),
                                    dictionary.add_value(1, "phone")};
  dictionary.add_series(second);
  const std::string growth2 = encode_growth(dictionary, one);

  Dictionary read({"country", "device"});
  ASSERT_TRUE(apply_growth(growth1, read));
  ASSERT_TRUE(apply_growth(growth2, read));
  EXPECT_EQ(read.extent(), dictionary.extent());
  EXPECT_EQ(read.key(1, "m"), dictionary.key(1, "m"));

  EXPECT_EQ(apply_growth(growth2, read).error().code, ErrorCode::corrupt);
  Dictionary other({"country"});
  EXPECT_EQ(apply_growth(growth1, other).error().code, ErrorCode::invalid_input);
}

TEST(ProgressCodec, KeepsProgress) {
  const ProgressRecord progress{
      -5, 12, 17, {{3, 4}, 9}, {{"a", std::string("\0x", 2), 4, 5}, {"b", "", 0, 0}}};
  EXPECT_EQ(*decode_progress(encode_progress(progress)), progress);
}

TEST(QualityCodec, KeepsQuality) {
  IntervalQuality quality{7, TimePoint(Duration(99)), 1, 2, 3, 4, 5, 6, {}};
  quality.rejected.add(RowFault::late, 8, "late");
  quality.source = SourceHealth::partial;
  quality.import_failure = "the bucket does not answer";
  quality.late_merged = 300;
  EXPECT_EQ(*decode_quality(7, encode_quality(quality)), quality);
}

TEST(QualityCodec, ReadsRecordsThatToldNoLateRows) {
  IntervalQuality quality{7, TimePoint(Duration(99)), 1, 2, 3, 4, 5, 6};
  quality.import_failure = "the bucket does not answer";
  std::string record = encode_quality(quality);
  record[0] = 3;
  record.pop_back();
  EXPECT_EQ(*decode_quality(7, record), quality);
}

TEST(QualityCodec, ReadsRecordsThatToldNoFailureOfAnImport) {
  IntervalQuality quality{7, TimePoint(Duration(99)), 1, 2, 3, 4, 5, 6, {}};
  quality.source = SourceHealth::partial;
  std::string record = encode_quality(quality);
  record[0] = 2;
  record.erase(record.size() - 2);  // No late rows, and the length of an empty text.
  EXPECT_EQ(*decode_quality(7, record), quality);
}

TEST(QualityCodec, TakesTheSourceOfAnOlderRecordForHealthy) {
  const IntervalQuality quality{7, TimePoint(Duration(99)), 1, 2, 3, 4, 5, 6, {}};
  std::string record = encode_quality(quality);
  record[0] = 1;
  record.erase(record.size() - 2);
  record.erase(1 + sizeof(std::int64_t) + 6, 1);
  EXPECT_EQ(*decode_quality(7, record), quality);
}

/// Every record kind with one example and the decoder that reads it.
struct Example {
  const char* name;
  std::string record;
  std::function<bool(std::string_view)> decodes;
};

std::vector<Example> examples() {
  Dictionary dictionary({"country"});
  const std::vector<ValueId> combination{dictionary.add_value(0, "NL")};
  dictionary.add_series(combination);
  std::string slab;
  encode_values({{1.0, 2.0}, {3.0, 4.0}}, 0, 2, slab);
  AnomalyGroup group;
  group.id = "g";
  group.detector = "d";
  group.measures = {{"m", 1, 70, {}}};
  Delivery delivery;
  delivery.notification.group = group;
  delivery.finished_at = TimePoint();
  return {
      {"slab", slab, [](auto bytes) { return SlabView::open(bytes).has_value(); }},
      {"heading", encode_heading({}), [](auto bytes) { return decode_heading(bytes).has_value(); }},
      {"batch", encode_batch_head(10, 14) + encode_batch_rows(a_batch()),
       [](auto bytes) { return decode_batch(bytes).has_value(); }},
      {"growth", encode_growth(dictionary, {{0}, 0}),
       [](auto bytes) {
         Dictionary target({"country"});
         return apply_growth(bytes, target).has_value();
       }},
      {"progress", encode_progress({1, 2, 3, {{1}, 1}, {{"s", "r", 1, 2}}}),
       [](auto bytes) { return decode_progress(bytes).has_value(); }},
      {"quality", encode_quality({}),
       [](auto bytes) { return decode_quality(0, bytes).has_value(); }},
      {"checkpoint", encode_checkpoint({1, 2, ""}),
       [](auto bytes) { return decode_checkpoint(1, bytes).has_value(); }},
      {"first kept", encode_first_kept(1),
       [](auto bytes) { return decode_first_kept(bytes).has_value(); }},
      {"group", encode_group(group), [](auto bytes) { return decode_group(bytes).has_value(); }},
      {"group summary", encode_group_summary(group),
       [](auto bytes) { return decode_group_summary(bytes).has_value(); }},
      {"feedback", encode_feedback({.anomaly_id = "g"}),
       [](auto bytes) { return decode_feedback("fg", bytes).has_value(); }},
      {"effect", encode_effect({.from = TimePoint(), .to = {}, .series = 300}),
       [](auto bytes) { return decode_effect(bytes).has_value(); }},
      {"lessons", encode_lessons({{.feedback = 7, .from = 5, .targets = {{1, 300, 2, 4}}}}),
       [](auto bytes) { return decode_lessons(5, bytes).has_value(); }},
      {"delivery", encode_delivery(delivery),
       [](auto bytes) { return decode_delivery(bytes).has_value(); }},
      {"slip", encode_slip(slip_of(delivery)),
       [](auto bytes) { return decode_slip(bytes).has_value(); }},
      {"answer", encode_answer({{}, "text"}),
       [](auto bytes) { return decode_answer(bytes).has_value(); }},
      {"cut", encode_cut({1, 2}), [](auto bytes) { return decode_cut(bytes).has_value(); }},
      {"catalog entry", encode_catalog_entry({"n", "{}", 300, true}),
       [](auto bytes) { return decode_catalog_entry("n", bytes).has_value(); }},
  };
}

TEST(FeedbackCodec, TakesAnOlderRecordForOneWithoutEffect) {
  const Feedback said{.anomaly_id = "g", .series_id = "s", .scope = FeedbackScope::series};
  std::string record = encode_feedback(said);
  record[0] = 1;
  const auto read = decode_feedback("fg", record);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(state_of(*read, {}), FeedbackState::none);
  EXPECT_EQ(read->id, feedback_id_of("fg"));
}

TEST(LessonCodec, KeepsLessons) {
  const std::vector<Lesson> lessons{
      {.feedback = 7, .from = -5, .until = 90, .targets = {{1, 300, -90, -6}, {0, 0, -6, -6}}},
      {.feedback = 8, .teaching = Teaching::undone, .from = -5, .targets = {}}};
  EXPECT_EQ(*decode_lessons(-5, encode_lessons(lessons)), lessons);
}

TEST(Codecs, ReadTheirOwnRecords) {
  for (const Example& example : examples())
    EXPECT_TRUE(example.decodes(example.record)) << example.name;
}

TEST(Codecs, RefuseEveryRecordThatWasCutOff) {
  for (const Example& example : examples())
    for (std::size_t length = 0; length < example.record.size(); ++length)
      EXPECT_FALSE(example.decodes(example.record.substr(0, length)))
          << example.name << " of " << length << " bytes";
}

TEST(Codecs, RefuseAnotherVersion) {
  for (Example& example : examples()) {
    example.record[0] = 99;
    EXPECT_FALSE(example.decodes(example.record)) << example.name;
  }
}

TEST(Codecs, SurviveRandomDamage) {
  std::mt19937 random(1);  // NOLINT(bugprone-random-generator-seed): the same in every run.
  for (const Example& example : examples()) {
    for (int round = 0; round < 300; ++round) {
      std::string record = example.record;
      for (int flips = 0; flips < 3; ++flips)
        record[random() % record.size()] = static_cast<char>(random());
      example.decodes(record);  // Whether it is noticed is the checksum's matter; it must not fail.
    }
  }
}

}  // namespace
}  // namespace bellwether::store
