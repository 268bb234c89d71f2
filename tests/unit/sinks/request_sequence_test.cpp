#include "request_sequence.hpp"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bellwether::sinks {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Answers by place, each once; then all is well.
struct Scripted {
  std::map<std::size_t, Result<void>> answers;
  std::vector<std::size_t> asked;

  RequestSequence::Attempt attempt() {
    return [this](std::size_t place) -> SendOutcome {
      asked.push_back(place);
      const auto found = answers.find(place);
      if (found == answers.end()) return {ok(), std::nullopt};
      const Result<void> answer = found->second;
      answers.erase(found);
      return {answer, answer ? std::nullopt : std::optional(Duration(7))};
    };
  }
};

TEST(RequestSequence, GoesOnWithTheOneThatMayYetBeTaken) {
  RequestSequence sequence;
  Scripted receiver{{{1, unavailable("busy")}}, {}};

  const auto first = sequence.send("delivery", 3, receiver.attempt());
  EXPECT_EQ(first.result.error(), unavailable("request 2 of 3: busy"));
  EXPECT_EQ(first.retry_after, Duration(7));
  EXPECT_TRUE(sequence.send("delivery", 3, receiver.attempt()).result);
  EXPECT_THAT(receiver.asked, ElementsAre(0, 1, 1, 2));
}

TEST(RequestSequence, SendsTheRestAfterARefusalAndTellsOfIt) {
  RequestSequence sequence;
  Scripted receiver{{{0, invalid_input("no")}}, {}};

  const auto outcome = sequence.send("delivery", 2, receiver.attempt());
  EXPECT_EQ(outcome.result.error(), invalid_input("request 1 of 2: no"));
  EXPECT_THAT(receiver.asked, ElementsAre(0, 1));
}

TEST(RequestSequence, RemembersARefusalOverAttempts) {
  RequestSequence sequence;
  Scripted receiver{{{0, invalid_input("no")}, {1, unavailable("busy")}}, {}};

  EXPECT_TRUE(is_retryable(sequence.send("delivery", 2, receiver.attempt()).result.error()));
  EXPECT_EQ(sequence.send("delivery", 2, receiver.attempt()).result.error().message,
            "request 1 of 2: no");
  EXPECT_THAT(receiver.asked, ElementsAre(0, 1, 1));
}

TEST(RequestSequence, KeepsDeliveriesApart) {
  RequestSequence sequence;
  Scripted receiver{{{1, unavailable("busy")}}, {}};

  EXPECT_FALSE(sequence.send("one", 2, receiver.attempt()).result);
  EXPECT_TRUE(sequence.send("two", 2, receiver.attempt()).result);
  EXPECT_THAT(receiver.asked, ElementsAre(0, 1, 0, 1));
}

TEST(RequestSequence, CountsNothingWhereThereIsOneRequest) {
  RequestSequence sequence;
  Scripted receiver{{{0, unavailable("busy")}}, {}};

  EXPECT_EQ(sequence.send("delivery", 1, receiver.attempt()).result.error().message, "busy");
}

}  // namespace
}  // namespace bellwether::sinks
