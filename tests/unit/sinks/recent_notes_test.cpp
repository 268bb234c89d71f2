#include "recent_notes.hpp"

#include <gtest/gtest.h>

namespace bellwether::sinks {
namespace {

TEST(RecentNotes, KeepsTheNewestUnderEachKey) {
  RecentNotes<int> notes(2);
  notes.put("a", 1);
  notes.put("a", 2);
  EXPECT_EQ(notes.find("a"), 2);
  EXPECT_EQ(notes.find("b"), std::nullopt);
  notes.forget("a");
  notes.forget("b");
  EXPECT_EQ(notes.find("a"), std::nullopt);
}

TEST(RecentNotes, ForgetsWhatWasNotedLongestAgo) {
  RecentNotes<int> notes(2);
  notes.put("a", 1);
  notes.put("b", 2);
  notes.put("a", 3);
  notes.put("c", 4);
  EXPECT_EQ(notes.find("a"), 3);
  EXPECT_EQ(notes.find("b"), std::nullopt);
  EXPECT_EQ(notes.find("c"), 4);
}

}  // namespace
}  // namespace bellwether::sinks
