#include "pattern_channel.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <memory>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "bellwether/detect/engine.hpp"

#include "support/memory_history.hpp"
#include "support/random.hpp"

namespace bellwether::detect {
namespace {

constexpr std::chrono::minutes interval{30};
constexpr int points_per_day = 48;

/// A wave with noise, in which something else may go on.
class Wave {
 public:
  /// The largest evidence of `count` points that lie `offset` off the wave.
  float loudest(int count, float offset) {
    float loudest = 0;
    for (int k = 0; k < count; ++k, ++i_) {
      Point point;
      point.z = static_cast<float>(random_.normal()) + offset;
      point.value = 100 + 10 * std::sin(static_cast<float>(i_) * 0.13F) + point.z;
      loudest = std::max(loudest, channel_.observe(point, 0, cadence_));
    }
    return loudest;
  }

 private:
  Cadence cadence_{interval, std::chrono::seconds(0)};
  PatternChannel channel_;
  Random random_{5};
  int i_ = 0;
};

TEST(PatternChannel, HearsANewKindOfContextOnceAndThenKnowsIt) {
  Wave wave;
  EXPECT_EQ(wave.loudest(299, 0), 0) << "too few contexts to tell";
  wave.loudest(1700, 0);
  EXPECT_LT(wave.loudest(300, 0), 2.5F);
  const float first = wave.loudest(4, 25);
  EXPECT_GT(first, 4);
  wave.loudest(286, 0);  // To the same place of the wave.
  EXPECT_LT(wave.loudest(4, 25), 0.6F * first);
}

TEST(PatternChannel, StaysBelowWhatAlarmsUnlessAContextIsFarFromAllOthers) {
  Wave wave;
  wave.loudest(2000, 0);
  EXPECT_LE(wave.loudest(4, 12), 4.5F);
  Wave other;
  other.loudest(2000, 0);
  EXPECT_GE(other.loudest(1, 1e6F), 4.5F);
}

/// A season, noise and incidents of two kinds.
std::vector<double> values_at(int i, Random& random) {
  const double day = std::sin(2 * std::numbers::pi * i / points_per_day);
  return {100 + 30 * day + 3 * random.normal() + (i % 311 < 4 ? 60 : 0),
          50 + random.normal() * (i % 400 < 30 ? 4 : 1)};
}

Frame a_frame(int i, std::vector<double> values) {
  Frame frame;
  frame.interval = i;
  frame.series_count = values.size();
  frame.measures.push_back({std::move(values), {}});
  return frame;
}

std::vector<std::uint32_t> bits_of(const std::vector<float>& values) {
  std::vector<std::uint32_t> bits;
  for (const float value : values) bits.push_back(std::bit_cast<std::uint32_t>(value));
  return bits;
}

class Patterns : public testing::Test {
 protected:
  std::unique_ptr<Engine> an_engine(bool patterns) {
    return std::make_unique<Engine>(EngineSettings{.interval = interval, .patterns = patterns},
                                    pool_);
  }

  Frame next_frame() {
    frames_.push_back(a_frame(i_, values_at(i_, random_)));
    ++i_;
    return frames_.back();
  }

  WorkerPool pool_{1};
  MemoryHistory history_;
  Random random_{7};
  std::vector<Frame> frames_;
  int i_ = 0;
};

TEST_F(Patterns, RaiseSeveritiesAndChangeNothingElse) {
  const auto off = an_engine(false);
  const auto on = an_engine(true);
  int raised = 0;
  for (int i = 0; i < points_per_day * 18; ++i) {
    const Frame frame = next_frame();
    const ScoredColumn one = (*off->score_and_refit(frame, history_))->measures[0];
    const ScoredColumn other = (*on->score_and_refit(frame, history_))->measures[0];
    history_.add(frame);
    ASSERT_EQ(bits_of(one.expected), bits_of(other.expected));
    ASSERT_EQ(bits_of(one.lower), bits_of(other.lower));
    ASSERT_EQ(bits_of(one.upper), bits_of(other.upper));
    for (std::size_t s = 0; s < 2; ++s) {
      if (std::isnan(one.severity[s])) continue;
      ASSERT_GE(other.severity[s], one.severity[s]);
      raised += other.severity[s] > one.severity[s] ? 1 : 0;
    }
  }
  EXPECT_GT(raised, 0);
  EXPECT_GT(on->size().state_bytes, off->size().state_bytes + 2 * sizeof(PatternChannel) - 1);
  EXPECT_LE(sizeof(PatternChannel), 896U);
}

TEST_F(Patterns, AreTheSameAfterACheckpointAndInReplay) {
  const auto straight = an_engine(true);
  auto restored = an_engine(true);
  std::string early;
  for (int i = 0; i < points_per_day * 18; ++i) {
    const Frame frame = next_frame();
    const auto one = straight->score_and_refit(frame, history_);
    const auto other = restored->score_and_refit(frame, history_);
    ASSERT_TRUE(one && other);
    ASSERT_EQ(bits_of((*one)->measures[0].severity), bits_of((*other)->measures[0].severity));
    history_.add(frame);
    if (i == 400) early = straight->save_block(0);
    if (i % 37 != 5) continue;
    const std::string bytes = restored->save_block(0);
    restored = an_engine(true);
    ASSERT_TRUE(restored->restore_block(0, bytes));
    ASSERT_EQ(restored->save_block(0), bytes);
  }
  const auto replayed = an_engine(true);
  ASSERT_TRUE(replayed->restore_block(0, early));
  for (const Frame& frame : frames_) {
    ASSERT_TRUE(replayed->replay(frame));
    ASSERT_TRUE(replayed->refit(frame, history_));
  }
  EXPECT_EQ(replayed->save_block(0), straight->save_block(0));
}

TEST_F(Patterns, MayBeSwitchedWithoutForgettingAnythingElse) {
  const auto off = an_engine(false);
  const auto on = an_engine(true);
  for (int i = 0; i < points_per_day * 9; ++i) {
    const Frame frame = next_frame();
    ASSERT_TRUE(off->score_and_refit(frame, history_));
    ASSERT_TRUE(on->score_and_refit(frame, history_));
    history_.add(frame);
  }
  const auto switched_off = an_engine(false);
  ASSERT_TRUE(switched_off->restore_block(0, on->save_block(0)));
  EXPECT_EQ(switched_off->save_block(0), off->save_block(0));
  const auto switched_on = an_engine(true);
  ASSERT_TRUE(switched_on->restore_block(0, off->save_block(0)));
  EXPECT_EQ(switched_on->save_block(0).size(), on->save_block(0).size());
}

}  // namespace
}  // namespace bellwether::detect
