#include "start_marks.hpp"

#include <memory>

#include <gtest/gtest.h>

#include "bellwether/store/store.hpp"

#include "support/temporary_folder.hpp"

namespace bellwether::pipeline {
namespace {

using Verdict = StartMarks::Verdict;
using store::CatalogKind;

class StartMarksTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = store::Store::open({.path = folder_ / "data"});
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
    next_process();
  }

  /// The one before has died, or ended.
  void next_process() {
    marks_ = std::make_unique<StartMarks>(store_->catalog());
    const auto loaded = marks_->load();
    ASSERT_TRUE(loaded) << loaded.error().message;
  }

  void begin(const std::string& detector, StartMarks::Version version = first) {
    const auto begun = marks_->begin(detector, version);
    ASSERT_TRUE(begun) << begun.error().message;
  }

  static constexpr StartMarks::Version first{7, 1};

  testing::TemporaryFolder folder_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<StartMarks> marks_;
};

TEST_F(StartMarksTest, BarsADetectorDuringWhoseStartThreeProcessesDied) {
  for (std::uint32_t deaths = 0; deaths < StartMarks::most_deaths; ++deaths) {
    EXPECT_EQ(marks_->deaths("bad"), deaths);
    EXPECT_EQ(marks_->verdict("bad", first), deaths == 0 ? Verdict::sound : Verdict::suspect);
    begin("bad");
    next_process();
  }
  EXPECT_EQ(marks_->verdict("bad", first), Verdict::barred);
  EXPECT_EQ(marks_->verdict("other", first), Verdict::sound);
  next_process();
  EXPECT_EQ(marks_->verdict("bad", first), Verdict::barred);
}

TEST_F(StartMarksTest, ForgetsDeathsOnceAStartIsOver) {
  for (int death = 0; death < 2; ++death) {
    begin("bad");
    next_process();
  }
  begin("bad");
  marks_->finish("bad");
  EXPECT_EQ(marks_->verdict("bad", first), Verdict::sound);
  next_process();
  EXPECT_EQ(marks_->deaths("bad"), 0U);
  EXPECT_TRUE(store_->catalog().list(CatalogKind::start)->empty());
}

TEST_F(StartMarksTest, CountsNoDeathWhileOthersWereBeingStartedToo) {
  begin("bad");
  begin("good");
  next_process();
  for (const auto* name : {"bad", "good"}) {
    EXPECT_EQ(marks_->verdict(name, first), Verdict::suspect);
    EXPECT_EQ(marks_->deaths(name), 0U);
  }
  begin("good");
  marks_->finish("good");
  begin("bad");
  next_process();
  EXPECT_EQ(marks_->verdict("good", first), Verdict::sound);
  EXPECT_EQ(marks_->deaths("bad"), 1U);
}

TEST_F(StartMarksTest, AnotherVersionOrAnOrderGivenAgainIsNoSuspect) {
  for (int death = 0; death < 3; ++death) {
    begin("bad");
    next_process();
  }
  EXPECT_EQ(marks_->verdict("bad", first), Verdict::barred);
  EXPECT_EQ(marks_->verdict("bad", {8, 1}), Verdict::sound);
  EXPECT_EQ(marks_->verdict("bad", {7, 2}), Verdict::sound);
  begin("bad", {7, 2});
  next_process();
  EXPECT_EQ(marks_->deaths("bad"), 1U);
}

TEST_F(StartMarksTest, AStopDuringAStartIsNoDeath) {
  begin("new");
  begin("bad");
  next_process();
  begin("bad");
  next_process();
  begin("new");
  begin("bad");
  marks_->close();
  begin("late");
  marks_->finish("bad");
  next_process();
  EXPECT_EQ(marks_->deaths("new"), 0U);
  EXPECT_EQ(marks_->deaths("bad"), 1U);
  EXPECT_EQ(marks_->verdict("late", first), Verdict::sound);
}

}  // namespace
}  // namespace bellwether::pipeline
