#include "feedback_memory.hpp"

#include <gtest/gtest.h>

namespace bellwether::detect {
namespace {

constexpr double half_life = 1000;

FeedbackNote a_vote(bool is_anomaly, std::uint64_t feedback, std::int64_t from = 0) {
  return {.row = 3, .is_anomaly = is_anomaly, .feedback = feedback, .from = from, .until = 9999};
}

TEST(FeedbackMemory, MovesTheEvidenceOfItsSeriesAlone) {
  FeedbackMemory memory;
  memory.add(a_vote(false, 1));
  EXPECT_FLOAT_EQ(memory.adjusted(4.6F, {}, 3, 0, half_life), 4.2F);
  EXPECT_FLOAT_EQ(memory.adjusted(4.6F, {}, 2, 0, half_life), 4.6F);
  memory.add(a_vote(true, 2));
  EXPECT_FLOAT_EQ(memory.adjusted(4.6F, {}, 3, 0, half_life), 4.4F);
}

TEST(FeedbackMemory, HalvesWithTime) {
  FeedbackMemory memory;
  memory.add(a_vote(false, 1, 500));
  EXPECT_FLOAT_EQ(memory.adjusted(5, {}, 3, 1500, half_life), 4.8F);
  EXPECT_FLOAT_EQ(memory.adjusted(5, {}, 3, 2500, half_life), 4.9F);
}

TEST(FeedbackMemory, HasLimitsInBothDirections) {
  FeedbackMemory against;
  FeedbackMemory in_favour;
  for (std::uint64_t i = 0; i < 12; ++i) {
    against.add(a_vote(false, i));
    in_favour.add(a_vote(true, i));
  }
  EXPECT_FLOAT_EQ(against.adjusted(5, {}, 3, 0, half_life), 3);
  EXPECT_FLOAT_EQ(in_favour.adjusted(5, {}, 3, 0, half_life), 6.2F);
}

TEST(FeedbackMemory, LeavesQuietValuesQuiet) {
  FeedbackMemory memory;
  for (std::uint64_t i = 0; i < 12; ++i) memory.add(a_vote(true, i));
  EXPECT_FLOAT_EQ(memory.adjusted(0, {}, 3, 0, half_life), 0);
  EXPECT_FLOAT_EQ(memory.adjusted(0.1F, {}, 3, 0, half_life), 0.16F);
  EXPECT_FLOAT_EQ(memory.adjusted(-0.3F, {}, 3, 0, half_life), -0.3F);
}

TEST(FeedbackMemory, CountsTheSameFeedbackOnceAndForgetsTheOldestOfTooMany) {
  FeedbackMemory memory;
  memory.add(a_vote(false, 1));
  memory.add(a_vote(false, 1));
  EXPECT_EQ(memory.notes().size(), 1U);
  for (std::uint64_t i = 2; i < 30; ++i) memory.add(a_vote(true, i));
  ASSERT_EQ(memory.notes().size(), FeedbackMemory::most_notes_of_a_series);
  EXPECT_EQ(memory.notes().front().feedback, 14U);
}

TEST(FeedbackMemory, KnowsTheKindOfDeviationThatWasCalledNormal) {
  FeedbackMemory memory;
  FeedbackNote vote = a_vote(false, 1);
  vote.first = 101;
  vote.last = 103;
  memory.add(vote);
  const auto evidence = [&](float distance) {
    return memory.adjusted(9, {.distance = distance, .scale = 1}, 3, 0, half_life);
  };
  EXPECT_FLOAT_EQ(evidence(40), 8.6F);
  memory.learn_kinds(3, 100, std::vector<float>{99, 0, 30, 40, 99});
  EXPECT_FLOAT_EQ(evidence(40), 3.1F);
  EXPECT_FLOAT_EQ(evidence(21), 3.1F);
  EXPECT_FLOAT_EQ(evidence(56), 3.1F);
  EXPECT_FLOAT_EQ(evidence(20), 8.6F);
  EXPECT_FLOAT_EQ(evidence(57), 8.6F);
  EXPECT_FLOAT_EQ(evidence(-40), 8.6F);
  memory.learn_kinds(3, 200, std::vector<float>{50});
  EXPECT_FLOAT_EQ(evidence(40), 8.6F);
}

TEST(FeedbackMemory, KnowsWhatWasSaidOfThePast) {
  FeedbackMemory memory;
  FeedbackNote normal = a_vote(false, 1);
  normal.first = 98;
  normal.last = 102;
  FeedbackNote anomaly = a_vote(true, 2);
  anomaly.first = 102;
  anomaly.last = 2000;
  memory.add(normal);
  memory.add(anomaly);

  std::vector<Word> words;
  EXPECT_FALSE(memory.words_on(2, 100, 5, words));
  EXPECT_FALSE(memory.words_on(3, 90, 8, words));
  ASSERT_TRUE(memory.words_on(3, 100, 5, words));
  EXPECT_EQ(words, (std::vector<Word>{Word::normal, Word::normal, Word::anomaly, Word::anomaly,
                                      Word::anomaly}));
}

}  // namespace
}  // namespace bellwether::detect
