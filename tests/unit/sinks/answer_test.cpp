#include "answer.hpp"

#include <gtest/gtest.h>

namespace bellwether::sinks {
namespace {

const TimePoint now = parse_rfc3339("2026-03-20T08:00:00Z").value();

SendOutcome outcome_of_status(int status, std::string body = "") {
  return outcome_of({.status = status, .headers = {}, .body = std::move(body)}, now);
}

TEST(Answer, TakesEvery2xxAsDelivered) {
  for (const int status : {200, 201, 202, 204, 299})
    EXPECT_TRUE(outcome_of_status(status).result) << status;
}

TEST(Answer, IsWorthAnotherTryWhenTheReceiverMayRecover) {
  for (const int status : {408, 425, 429, 500, 502, 503, 504, 599})
    EXPECT_TRUE(is_retryable(outcome_of_status(status).result.error())) << status;
}

TEST(Answer, IsFinalForEverythingElse) {
  for (const int status : {300, 301, 302, 304, 307, 400, 401, 403, 404, 410, 413, 422})
    EXPECT_FALSE(is_retryable(outcome_of_status(status).result.error())) << status;
}

TEST(Answer, QuotesTheReceiverOnOneLine) {
  EXPECT_EQ(outcome_of_status(400, "no such\r\nchannel\n").result.error().message,
            "the receiver answered 400: no such channel ");
  EXPECT_EQ(outcome_of_status(404).result.error().message, "the receiver answered 404");
  EXPECT_EQ(outcome_of_status(500, std::string(1000, 'x')).result.error().message,
            "the receiver answered 500: " + std::string(200, 'x') + "...");
  EXPECT_EQ(outcome_of_status(301).result.error().message,
            "the receiver answered 301 (redirects are not followed: give the final address as "
            "url)");
}

TEST(Answer, PassesOnTheWaitThatWasAskedFor) {
  const net::HttpResponse busy{.status = 503, .headers = {{"retry-after", "120"}}, .body = ""};
  const net::HttpResponse refused{.status = 403, .headers = {{"retry-after", "120"}}, .body = ""};

  EXPECT_EQ(outcome_of(busy, now).retry_after, std::chrono::seconds(120));
  EXPECT_EQ(outcome_of(refused, now).retry_after, std::nullopt);
}

TEST(RetryAfter, ReadsSecondsAndHttpDates) {
  EXPECT_EQ(parse_retry_after("0", now), Duration(0));
  EXPECT_EQ(parse_retry_after("30", now), std::chrono::seconds(30));
  EXPECT_EQ(parse_retry_after("Fri, 20 Mar 2026 08:01:30 GMT", now), std::chrono::seconds(90));
}

TEST(RetryAfter, StaysBetweenNowAndADay) {
  EXPECT_EQ(parse_retry_after("Fri, 20 Mar 2026 07:00:00 GMT", now), Duration(0));
  EXPECT_EQ(parse_retry_after("Sun, 20 Mar 2044 07:00:00 GMT", now), std::chrono::days(1));
  EXPECT_EQ(parse_retry_after("99999999", now), std::chrono::days(1));
  EXPECT_EQ(parse_retry_after("99999999999999999999999", now), std::chrono::days(1));
}

TEST(RetryAfter, IgnoresWhatItCannotRead) {
  for (const char* text :
       {"", "-5", "soon", "1.5", "30 s", "Fri, 20 Xyz 2026 08:01:30 GMT",
        "Fri, 32 Mar 2026 08:01:30 GMT", "Fri, 20 Mar 2026 28:01:30 GMT", "2026-03-20T08:00:00Z"})
    EXPECT_EQ(parse_retry_after(text, now), std::nullopt) << text;
}

}  // namespace
}  // namespace bellwether::sinks
