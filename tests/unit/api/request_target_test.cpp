#include "request_target.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bellwether::api {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(RequestTarget, IsCutIntoSegmentsAndDecoded) {
  EXPECT_THAT(parse_target("/a/b%2Fc/%41+")->segments, ElementsAre("a", "b/c", "A+"));
  EXPECT_THAT(parse_target("/")->segments, ElementsAre(""));
  EXPECT_THAT(parse_target("/a//b/")->segments, ElementsAre("a", "", "b", ""));
}

TEST(RequestTarget, HoldsTheQueryInOrder) {
  EXPECT_THAT(parse_target("/x?b=1&a=two+words&b=%3D&&c&d=e=f")->query,
              ElementsAre(Pair("b", "1"), Pair("a", "two words"), Pair("b", "="), Pair("c", ""),
                          Pair("d", "e=f")));
  EXPECT_TRUE(parse_target("/x?")->query.empty());
}

TEST(RequestTarget, MayBeAWholeUrl) {
  EXPECT_THAT(parse_target("http://host:80/a/b?c=d")->segments, ElementsAre("a", "b"));
  EXPECT_THAT(parse_target("http://host")->segments, ElementsAre(""));
  EXPECT_THAT(parse_target("/a?b=http://host/c")->query, ElementsAre(Pair("b", "http://host/c")));
}

TEST(RequestTarget, RefusesWhatCannotBeDecoded) {
  for (const char* text : {"/%", "/%4", "/%zz", "/a?b=%g1", "/a?%=b"})
    EXPECT_EQ(parse_target(text).error().message,
              "a '%' in the URL must be followed by two hexadecimal digits")
        << text;
  for (const char* text : {"", "*", "a/b", "?a=b"})
    EXPECT_EQ(parse_target(text).error().message, "the request's path must begin with '/'") << text;
}

}  // namespace
}  // namespace bellwether::api
