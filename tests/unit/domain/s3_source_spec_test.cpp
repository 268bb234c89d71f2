#include "bellwether/domain/s3_source_spec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bellwether {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> complaints(const S3SourceSpec& s3) {
  std::vector<std::string> lines;
  for (const Problem& problem : validate(s3))
    lines.push_back(problem.field + ": " + problem.message);
  return lines;
}

TEST(S3SourceSpec, TakesBucketAndKeyApart) {
  EXPECT_EQ(*parse_s3_location("s3://my.bucket/a/b c/"), (S3Location{"my.bucket", "a/b c/"}));
  EXPECT_EQ(*parse_s3_location("s3://bucket"), (S3Location{"bucket", ""}));
  EXPECT_FALSE(parse_s3_location("https://bucket/x"));
  EXPECT_FALSE(parse_s3_location("s3:///x"));
  EXPECT_FALSE(parse_s3_location("s3://{{yyyy}}/x"));
}

TEST(S3SourceSpec, TakesWhatTheReferenceTakes) {
  EXPECT_THAT(
      complaints({.path = "s3://b-1/ecommerce/live/{{yyyyMMdd}}/{{HHmm}}",
                  .historical = {"s3://b-1/ecommerce/backtest/input.csv", "s3://b-1/hist"}}),
      IsEmpty());
}

TEST(S3SourceSpec, SaysWhatIsWrong) {
  EXPECT_THAT(complaints({}), ElementsAre(HasSubstr("s3.path: must be a path such as s3://")));
  EXPECT_THAT(complaints({.path = "s3://bucket/{{yyyyQQ}}/"}),
              ElementsAre("s3.path: 'Q' in {{yyyyQQ}} is no date key; use y Y M d a H k K h m s"));
  EXPECT_THAT(complaints({.historical = {"s3://bucket/x", "bucket/x"}}),
              ElementsAre("s3.historical[1]: must be as s3://bucket/folder/, not 'bucket/x'"));
  EXPECT_THAT(complaints({.path = "s3://bucket/x",
                          .endpoint = "127.0.0.1:9000",
                          .credentials = {.access_key_id = "A", .secret = {}, .session_token = {}},
                          .anonymous = true,
                          .part_bytes = 1,
                          .parallel_requests = 0}),
              ElementsAre(HasSubstr("s3.endpoint: must begin with http"),
                          HasSubstr("s3.anonymous: has no use"), HasSubstr("s3.part_bytes"),
                          HasSubstr("s3.parallel_requests")));
  EXPECT_THAT(complaints({.path = "s3://bucket/x", .endpoint = "http://host/path"}),
              ElementsAre(HasSubstr("s3.endpoint: must be scheme, host and port alone")));
}

TEST(S3SourceSpec, GivesUpAfterHalfAnIntervalUnlessSaidOtherwise) {
  EXPECT_EQ(give_up_after(S3SourceSpec{}, std::chrono::minutes(5)), std::chrono::seconds(150));
  EXPECT_EQ(give_up_after(S3SourceSpec{}, std::chrono::hours(1)), std::chrono::minutes(10));
  EXPECT_EQ(give_up_after({.give_up_after = Duration(7)}, std::chrono::hours(1)), Duration(7));
}

}  // namespace
}  // namespace bellwether
