#include "severity.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace bellwether::detect {
namespace {

TEST(Severity, FollowsItsMarks) {
  EXPECT_EQ(severity_of(0), 0);
  EXPECT_FLOAT_EQ(severity_of(2), 30);
  EXPECT_FLOAT_EQ(severity_of(alarming_evidence), 70);
  EXPECT_FLOAT_EQ(severity_of(10), 100);
}

TEST(Severity, StaysBetweenZeroAndAHundred) {
  EXPECT_EQ(severity_of(-3), 0);
  EXPECT_EQ(severity_of(1e30F), 100);
  EXPECT_EQ(severity_of(std::numeric_limits<float>::quiet_NaN()), 0);
}

}  // namespace
}  // namespace bellwether::detect
