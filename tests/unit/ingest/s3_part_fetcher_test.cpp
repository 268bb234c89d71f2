#include "s3_part_fetcher.hpp"

#include <limits>
#include <thread>

#include <gtest/gtest.h>

#include "fake_bucket.hpp"

namespace bellwether::ingest {
namespace {

class S3PartFetcherTest : public ::testing::Test {
 protected:
  net::S3Client client() {
    return net::S3Client(http_, {.url = bucket.url(), .ca_file = ""},
                         [] { return Result<net::AwsKeys>(net::AwsKeys{}); }, clock_,
                         {.attempts = 1});
  }

  void put_all() {
    bucket.put("a", "0123456789");
    bucket.put("b", "abcd");
    bucket.put("c", "ABCDEFGHI");
  }

  FakeBucket bucket;
  const std::vector<net::S3Object> objects{
      {"a", 10, ""}, {"empty", 0, ""}, {"b", 4, ""}, {"c", 9, ""}};
  ByteBudget budget{"server.memory", std::size_t{1} << 20U};
  net::HttpClient http_;
  SystemClock clock_;
};

TEST_F(S3PartFetcherTest, GivesPartsInOrder) {
  put_all();
  const auto s3 = client();
  S3PartFetcher fetcher(s3, "bucket", objects, {.part_bytes = 4, .parallel_requests = 3}, budget,
                        {});

  std::string seen;
  while (true) {
    const auto part = fetcher.next();
    ASSERT_TRUE(part) << part.error().message;
    if (!*part) break;
    seen +=
        std::to_string((*part)->object) + ":" + (*part)->bytes + ((*part)->is_last ? ". " : " ");
  }

  EXPECT_EQ(seen, "0:0123 0:4567 0:89. 2:abcd. 3:ABCD 3:EFGH 3:I. ");
  EXPECT_FALSE(fetcher.next()->has_value());
}

TEST_F(S3PartFetcherTest, GoesOnAfterAFailure) {
  put_all();
  bucket.erase("b");
  const auto s3 = client();
  S3PartFetcher fetcher(s3, "bucket", objects, {.part_bytes = 10, .parallel_requests = 2}, budget,
                        {});

  EXPECT_EQ((*fetcher.next())->bytes, "0123456789");
  EXPECT_FALSE(fetcher.next());
  bucket.put("b", "abcd");
  // It may have been asked for again before it was there.
  auto part = fetcher.next();
  if (!part) part = fetcher.next();

  EXPECT_EQ((*part)->bytes, "abcd");
  EXPECT_EQ((*fetcher.next())->bytes, "ABCDEFGHI");
}

TEST_F(S3PartFetcherTest, EndsItsWaitingWhenStopped) {
  const bellwether::testing::SilentListener silent;
  const net::S3Client s3(
      http_, {.url = silent.url(""), .ca_file = ""},
      [] { return Result<net::AwsKeys>(net::AwsKeys{}); }, clock_);
  std::stop_source stop;
  S3PartFetcher fetcher(s3, "bucket", objects, {}, budget, stop.get_token());
  std::jthread later([&] { stop.request_stop(); });

  EXPECT_EQ(fetcher.next().error().code, ErrorCode::cancelled);
}

/// What a service claims is only a number: nothing is made of it but the parts that are read.
TEST_F(S3PartFetcherTest, MakesNoPlanOfWhatAnObjectClaimsToHold) {
  bucket.put("a", "0123" + std::string(100, 'x'));
  const auto s3 = client();
  const std::vector<net::S3Object> claimed{{"a", std::numeric_limits<std::uint64_t>::max(), ""},
                                           {"b", std::uint64_t{1} << 62U, ""}};
  S3PartFetcher fetcher(s3, "bucket", claimed, {.part_bytes = 4, .parallel_requests = 2}, budget,
                        {});

  const auto part = fetcher.next();

  ASSERT_TRUE(part) << part.error().message;
  EXPECT_EQ((*part)->bytes, "0123");
  EXPECT_FALSE((*part)->is_last);
}

TEST_F(S3PartFetcherTest, FetchesNoMoreAheadThanTheBudgetHasRoomFor) {
  put_all();
  ByteBudget small("server.memory", 12);
  const auto s3 = client();
  S3PartFetcher fetcher(s3, "bucket", objects, {.part_bytes = 8, .parallel_requests = 4}, small,
                        {});

  std::string seen;
  while (true) {
    auto part = fetcher.next();
    ASSERT_TRUE(part) << part.error().message;
    if (!*part) break;
    EXPECT_LE((*part)->bytes.size(), small.bytes() / 4);
    EXPECT_GE((*part)->room.bytes(), (*part)->bytes.size());
    EXPECT_LE(small.used_bytes(), small.bytes());
    seen += (*part)->bytes;
  }

  EXPECT_EQ(seen, "0123456789abcdABCDEFGHI");
  EXPECT_EQ(small.used_bytes(), 0U);
}

/// Whoever holds the room decides when it goes on, and a stop is heard meanwhile.
TEST_F(S3PartFetcherTest, WaitsForRoomThatOthersHold) {
  put_all();
  auto others = budget.reserve(budget.bytes());
  ASSERT_TRUE(others);
  const auto s3 = client();
  std::stop_source stop;
  S3PartFetcher fetcher(s3, "bucket", objects, {}, budget, stop.get_token());
  std::jthread later([&] { others->release(); });

  EXPECT_EQ((*fetcher.next())->bytes, "0123456789");

  later.join();
  auto again = budget.reserve(budget.bytes() - budget.used_bytes());
  S3PartFetcher stopped(s3, "bucket", objects, {}, budget, stop.get_token());
  stop.request_stop();
  EXPECT_EQ(stopped.next().error().code, ErrorCode::cancelled);
}

}  // namespace
}  // namespace bellwether::ingest
