#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "bellwether/base/bytes.hpp"
#include "bellwether/base/ids.hpp"

#include "support/bench_stand.hpp"
#include "support/random.hpp"

namespace bellwether::detect {
namespace {

constexpr std::chrono::minutes interval{30};
constexpr int points_per_day = 48;

/// Seasonal, counting, walking and sparse series with incidents: every part of the model is at
/// work.
std::vector<double> values_at(int i, Random& random) {
  const double day = std::sin(2 * std::numbers::pi * i / points_per_day);
  const double incident = i % 311 < 4 ? 60 : 0;
  const bool is_shifted = i > points_per_day * 9;
  static_assert(points_per_day > 0);
  return {100 + 30 * day + 3 * random.normal() + incident,
          random.poisson(4 * std::exp(0.8 * day)),
          1000 * std::exp(0.5 * day + 0.1 * random.normal()),
          50 + 2 * random.normal() + (is_shifted ? 40 : 0),
          random.uniform() < 0.9 ? 0 : 10 * random.uniform(),
          i % 7 == 0 ? std::numeric_limits<double>::quiet_NaN() : random.student_t(3)};
}

Frame a_frame(int i, std::vector<double> values) {
  Frame frame;
  frame.interval = i;
  frame.series_count = values.size();
  frame.measures.push_back({std::move(values), {}});
  return frame;
}

// Compared as bits, so that NaN equals NaN.
std::vector<std::uint32_t> bits_of(const ScoredFrame& frame) {
  std::vector<std::uint32_t> bits;
  for (const ScoredColumn& column : frame.measures) {
    for (const auto* values : {&column.expected, &column.lower, &column.upper, &column.severity}) {
      for (const float value : *values) bits.push_back(std::bit_cast<std::uint32_t>(value));
    }
  }
  return bits;
}

class Checkpoint : public testing::Test {
 protected:
  WorkerPool pool_{1};
  EngineSettings settings_{.interval = interval};
  MemoryHistory history_;
  Random random_{7};
};

TEST_F(Checkpoint, ChangesNothingWhenTakenMidStream) {
  Engine straight(settings_, pool_);
  auto restored = std::make_unique<Engine>(settings_, pool_);
  for (int i = 0; i < points_per_day * 18; ++i) {
    const Frame frame = a_frame(i, values_at(i, random_));
    const auto one = straight.score_and_refit(frame, history_);
    const auto other = restored->score_and_refit(frame, history_);
    ASSERT_TRUE(one && other);
    ASSERT_EQ(bits_of(**one), bits_of(**other)) << "at interval " << i;
    ASSERT_EQ((*one)->anomalies, (*other)->anomalies);
    history_.add(frame);
    if (i % 37 == 5) {
      const std::string bytes = restored->save_block(0);
      restored = std::make_unique<Engine>(settings_, pool_);
      ASSERT_TRUE(restored->restore_block(0, bytes));
      EXPECT_EQ(restored->block_interval(0), i);
      EXPECT_EQ(restored->save_block(0), bytes);
    }
  }
}

TEST_F(Checkpoint, IsCaughtUpWithByReplay) {
  Engine straight(settings_, pool_);
  std::vector<Frame> frames;
  std::string early;
  for (int i = 0; i < points_per_day * 8; ++i) {
    frames.push_back(a_frame(i, values_at(i, random_)));
    ASSERT_TRUE(straight.score_and_refit(frames.back(), history_));
    history_.add(frames.back());
    if (i == 150) early = straight.save_block(0);
  }
  Engine restarted(settings_, pool_);
  ASSERT_TRUE(restarted.restore_block(0, early));
  // Frames it has seen already are passed over.
  for (std::size_t i = 100; i < frames.size(); ++i) {
    ASSERT_TRUE(restarted.replay(frames[i]));
    ASSERT_TRUE(restarted.refit(frames[i], history_));
  }
  EXPECT_EQ(restarted.save_block(0), straight.save_block(0));
  EXPECT_FALSE(restarted.score(frames.back())) << "what was replayed is scored already";
}

TEST_F(Checkpoint, RefusesBytesThatAreNotItsOwn) {
  Engine engine(settings_, pool_);
  for (int i = 0; i < points_per_day * 3; ++i) {
    const Frame frame = a_frame(i, values_at(i, random_));
    ASSERT_TRUE(engine.score_and_refit(frame, history_));
    history_.add(frame);
  }
  const std::string bytes = engine.save_block(0);
  const auto refuses = [&](std::size_t block, std::string_view text) {
    Engine other(settings_, pool_);
    const auto restored = other.restore_block(block, text);
    return !restored && restored.error().code == ErrorCode::corrupt;
  };
  EXPECT_TRUE(refuses(0, ""));
  EXPECT_TRUE(refuses(0, "nonsense that is long enough"));
  EXPECT_TRUE(refuses(1, bytes)) << "another block";
  for (std::size_t length = 0; length < bytes.size(); length += 97) {
    EXPECT_TRUE(refuses(0, std::string_view(bytes).substr(0, length)));
  }
  std::string flipped = bytes;
  flipped[bytes.size() / 2] ^= 1;
  EXPECT_TRUE(refuses(0, flipped));

  Engine hourly({.interval = std::chrono::hours(1)}, pool_);
  const auto restored = hourly.restore_block(0, bytes);
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().message,
            "restoring block 0: the checkpoint was made for another interval length");
}

TEST_F(Checkpoint, OfAnotherVersionIsNoDamage) {
  Engine engine(settings_, pool_);
  ASSERT_TRUE(engine.score_and_refit(a_frame(0, {1, 2, 3}), history_));
  const std::string before = engine.save_block(0);
  std::string other = before.substr(0, before.size() - sizeof(std::uint64_t));
  other.front() = 4;
  ByteWriter sum;
  sum.put(stable_hash(other));
  const auto restored = engine.restore_block(0, other + sum.bytes());
  ASSERT_TRUE(restored);
  EXPECT_EQ(*restored, RestoredBlock::other_version);
  EXPECT_EQ(engine.save_block(0), before);
}

TEST_F(Checkpoint, OfTheVersionBeforeDiffersInItsCheckSumAlone) {
  Engine engine(settings_, pool_);
  ASSERT_TRUE(engine.score_and_refit(a_frame(0, {1, 2, 3}), history_));
  const std::string now = engine.save_block(0);
  std::string before = now.substr(0, now.size() - sizeof(std::uint64_t));
  before.front() = 5;
  ByteWriter sum;
  sum.put(stable_hash(before));
  Engine restarted(settings_, pool_);
  const auto restored = restarted.restore_block(0, before + sum.bytes());
  ASSERT_TRUE(restored);
  EXPECT_EQ(*restored, RestoredBlock::whole);
  EXPECT_EQ(restarted.save_block(0), now);
}

TEST_F(Checkpoint, LeavesABlockAsItWasWhenRefused) {
  Engine engine(settings_, pool_);
  ASSERT_TRUE(engine.score_and_refit(a_frame(0, {1, 2, 3}), history_));
  const std::string before = engine.save_block(0);
  EXPECT_FALSE(engine.restore_block(0, "broken"));
  EXPECT_EQ(engine.save_block(0), before);
}

}  // namespace
}  // namespace bellwether::detect
