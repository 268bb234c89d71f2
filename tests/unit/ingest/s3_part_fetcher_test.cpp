#include "s3_part_fetcher.hpp"

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

  static std::vector<net::S3Object> objects() {
    return {{"a", 10, ""}, {"empty", 0, ""}, {"b", 4, ""}, {"c", 9, ""}};
  }

  void put_all() {
    bucket.put("a", "0123456789");
    bucket.put("b", "abcd");
    bucket.put("c", "ABCDEFGHI");
  }

  FakeBucket bucket;
  net::HttpClient http_;
  SystemClock clock_;
};

TEST_F(S3PartFetcherTest, GivesPartsInOrder) {
  put_all();
  const auto s3 = client();
  S3PartFetcher fetcher(s3, "bucket", objects(), {.part_bytes = 4, .parallel_requests = 3}, {});

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
  S3PartFetcher fetcher(s3, "bucket", objects(), {.part_bytes = 10, .parallel_requests = 2}, {});

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
  S3PartFetcher fetcher(s3, "bucket", objects(), {}, stop.get_token());
  std::jthread later([&] { stop.request_stop(); });

  EXPECT_EQ(fetcher.next().error().code, ErrorCode::cancelled);
}

}  // namespace
}  // namespace bellwether::ingest
