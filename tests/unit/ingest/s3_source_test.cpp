#include <algorithm>
#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bellwether/ingest/source.hpp"

#include "fake_bucket.hpp"
#include "ingest_fixtures.hpp"
#include "s3_position.hpp"

namespace bellwether::ingest {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view header = "time,shop,views\n";

std::string row(const std::string& time, const std::string& shop, int views) {
  return "2026-03-20 " + time + ":00," + shop + "," + std::to_string(views) + "\n";
}

/// A clock that a test moves on.
class HandClock final : public Clock {
 public:
  TimePoint now() const override { return time; }
  std::chrono::nanoseconds real_time_until(TimePoint) const override { return {}; }

  TimePoint time = at("10:00");
};

class S3SourceTest : public ::testing::Test {
 protected:
  S3SourceTest() {
    spec.source = S3SourceSpec{.path = "s3://bucket/live/{{HH}}/",
                               .endpoint = bucket.url(),
                               .anonymous = true,
                               .ca_file = "",
                               .lookback = Lookback{.span = Duration(0), .intervals = 2}};
  }

  S3SourceSpec& s3() { return std::get<S3SourceSpec>(spec.source); }

  void put(const std::string& key, const std::string& rows) {
    bucket.put(key, std::string(header) + rows);
  }

  void open(const SourcePosition& from = {}) {
    auto opened = make_s3_source(spec, from, &clock, {.bytes = budget});
    ASSERT_TRUE(opened) << opened.error().message;
    source = std::move(*opened);
  }

  /// What happens until nothing does, `most` times at most: rows as "shop=views", states by name.
  std::vector<std::string> events(int most = 100) {
    std::vector<std::string> seen;
    int idle = 0;
    while (most-- > 0 && idle < 10) {
      Intake intake;
      const auto state = source->next(intake, milliseconds(0));
      idle = state && *state == Source::State::idle ? idle + 1 : 0;
      if (!state) {
        seen.push_back("error: " + state.error().message);
      } else if (*state == Source::State::rows) {
        note_rows(intake.batch, seen);
      } else if (*state == Source::State::interval_restarted) {
        seen.push_back("restarted " + hour(intake.interval));
      } else if (*state == Source::State::interval_done) {
        seen.push_back((intake.failure.empty() ? "done " : "failed ") + hour(intake.interval));
        failure = intake.failure;
        position = {{.stream = intake.batch.stream,
                     .resume_at = intake.batch.resume_after,
                     .resume_row = intake.batch.end_row,
                     .seen_rows = intake.batch.end_row}};
      } else if (*state == Source::State::historical_done) {
        seen.push_back("history done");
      } else if (*state == Source::State::ended) {
        seen.push_back("ended");
        return seen;
      }
    }
    return seen;
  }

  static std::string hour(TimePoint time) { return to_rfc3339(time).substr(11, 2); }

  void note_rows(const RowBatch& batch, std::vector<std::string>& seen) {
    EXPECT_EQ(batch.stream, "s3");
    if (!batch.row_numbers.empty()) {
      EXPECT_LT(batch.first_row + batch.row_numbers.back(), batch.end_row);
    }
    first_rows.push_back(batch.first_row);
    for (std::size_t r = 0; r < batch.row_count(); ++r)
      seen.push_back(batch.dimensions[0].values[batch.dimensions[0].codes[r]] + "=" +
                     std::to_string(static_cast<int>(batch.measures[0][r])));
  }

  /// Breaks off the answers to GETs of the key while `is_broken`.
  void break_off(const std::string& key) {
    bucket.answer_with(
        [this, key](const FakeBucket::Request& request) -> std::optional<std::string> {
          if (!is_broken || request.method != "GET" || !request.target.ends_with(key))
            return std::nullopt;
          return FakeBucket::refusal("403 Forbidden", "AccessDenied");
        });
  }

  FakeBucket bucket;
  ByteBudget budget{"server.memory", std::size_t{8} << 20U};
  DetectorSpec spec = a_detector();
  HandClock clock;
  std::unique_ptr<Source> source;
  SourcePosition position;
  std::string failure;
  std::vector<std::uint64_t> first_rows;
  std::atomic<bool> is_broken = true;
};

TEST_F(S3SourceTest, ImportsEachIntervalThatIsOver) {
  put("live/08/a.csv", row("08:00", "x", 1) + row("08:59", "x", 2));
  put("live/08/b.csv", row("08:10", "y", 3));
  put("live/08/below/c.csv", row("08:10", "z", 9));
  bucket.put("live/08/", "");
  put("live/09/a.csv", row("09:00", "x", 4));
  put("live/10/a.csv", row("10:00", "x", 5));
  open();

  EXPECT_THAT(events(), ElementsAre("x=1", "x=2", "y=3", "done 08", "x=4", "done 09"));
  clock.time = at("11:00");
  EXPECT_THAT(events(), ElementsAre("x=5", "done 10"));
}

TEST_F(S3SourceTest, WaitsForTheOffset) {
  spec.offset = std::chrono::minutes(30);
  put("live/09/a.csv", row("09:00", "x", 4));
  open();

  EXPECT_THAT(events(), ElementsAre(StartsWith("failed 08")));
  clock.time = at("10:29:59");
  EXPECT_THAT(events(), ElementsAre());
  clock.time = at("10:30");
  EXPECT_THAT(events(), ElementsAre("x=4", "done 09"));
}

TEST_F(S3SourceTest, HandsOutOnlyRowsOfTheInterval) {
  s3().path = "s3://bucket/day";
  put("day/a.csv", row("09:10", "x", 1) + row("08:10", "x", 2) + "yesterday,x,3\n" +
                       row("09:20", "y", 4) + row("10:00", "y", 5));
  open();

  EXPECT_THAT(events(), ElementsAre("x=2", "done 08", "x=1", "y=4", "done 09"));
  // The refused row has a number each time, those of other hours have none.
  EXPECT_THAT(first_rows, ElementsAre(0, 2));
  EXPECT_EQ(position.at(0).resume_row, 5U);
}

TEST_F(S3SourceTest, PassesOverWhatLiesBeforeTheFirstData) {
  s3().lookback = Lookback{.span = Duration(0), .intervals = 8};
  put("live/07/a.csv", row("07:00", "x", 1));
  open();

  EXPECT_THAT(events(), ElementsAre("x=1", "done 07", "failed 08", "failed 09"));
}

TEST_F(S3SourceTest, SaysWhatItDidNotFind) {
  spec.timestamp.timezone = "Europe/Amsterdam";
  open();

  EXPECT_THAT(events(), ElementsAre("failed 09"));
  EXPECT_EQ(failure,
            "No datapoint was found at the source location for time interval from "
            "2026-03-20T10:00:00.000 to 2026-03-20T11:00:00.000 (Europe/Amsterdam): "
            "s3://bucket/live/10/ holds no object; is the path right, and the offset long enough "
            "for the data to come?");

  put("live/11/a.csv", row("13:00", "x", 1) + row("13:30", "x", 1) + "yesterday,x,3\n");
  clock.time = at("11:00");
  EXPECT_THAT(events(), ElementsAre("failed 10"));
  EXPECT_THAT(failure, HasSubstr("s3://bucket/live/11/ holds 1 object with 2 rows of other "
                                 "intervals (is the time zone right?) and 1 refused row, the first "
                                 "because column 'time': 'yesterday'"));
}

TEST_F(S3SourceTest, TakesBackAnIntervalThatItCannotReadWhole) {
  put("live/08/a.csv", row("08:00", "x", 1));
  put("live/08/b.csv", row("08:00", "y", 2));
  put("live/09/a.csv", row("09:00", "x", 3));
  break_off("/b.csv");
  open();

  EXPECT_THAT(events(3), ElementsAre("x=1", "restarted 08",
                                     StartsWith("error: importing interval 2026-03-20T08:00:00Z: "
                                                "reading s3://bucket/live/08/b.csv: the service "
                                                "answered 403 AccessDenied: requests go "
                                                "unsigned")));
  is_broken = false;
  EXPECT_THAT(events(), ElementsAre("x=1", "y=2", "done 08", "x=3", "done 09"));
  EXPECT_THAT(first_rows, ElementsAre(0, 0, 1, 2));
}

TEST_F(S3SourceTest, GivesAnIntervalUpInTheEnd) {
  s3().give_up_after = milliseconds(1);
  put("live/08/a.csv", row("08:00", "x", 1));
  put("live/09/a.csv", row("09:00", "x", 1));
  put("live/09/b.csv", row("09:00", "y", 2));
  put("live/10/a.csv", row("10:00", "x", 3));
  break_off("/b.csv");
  open();

  EXPECT_THAT(events(4), ElementsAre("x=1", "done 08", "x=1", "restarted 09"));
  std::this_thread::sleep_for(milliseconds(2));
  EXPECT_THAT(events(3), ElementsAre(StartsWith("error: "), "x=1", "failed 09"));
  EXPECT_THAT(failure, HasSubstr("b.csv: the service answered 403"));
  EXPECT_EQ(position.at(0).resume_row, 1U);
  clock.time = at("11:00");
  EXPECT_THAT(events(), ElementsAre("x=3", "done 10"));
}

TEST_F(S3SourceTest, DoesNotTryAgainWhatIsNoData) {
  put("live/08/a.csv", row("08:00", "x", 1));
  bucket.put("live/08/b.csv", std::string("\x1f\x8b\x08 no gzip after all", 20));
  open();

  EXPECT_THAT(events(2), ElementsAre("x=1", "failed 08"));
  EXPECT_THAT(failure, HasSubstr("reading s3://bucket/live/08/b.csv: "));
}

TEST_F(S3SourceTest, LosesNothingToASourceThatNeverWorked) {
  s3().give_up_after = milliseconds(1);
  put("live/08/a.csv", row("08:00", "x", 1));
  bucket.answer_with([this](const FakeBucket::Request&) -> std::optional<std::string> {
    if (!is_broken) return std::nullopt;
    return FakeBucket::refusal("404 Not Found", "NoSuchBucket");
  });
  open();

  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(events(1), ElementsAre(HasSubstr("bucket 'bucket' does not exist there")));
    std::this_thread::sleep_for(milliseconds(2));
  }
  is_broken = false;
  EXPECT_THAT(events(2), ElementsAre("x=1", "done 08"));
}

TEST_F(S3SourceTest, ReadsPagesPartsAndGzip) {
  bucket.page_length = 3;
  s3().part_bytes = 64U << 10U;
  std::string many(header);
  for (int i = 0; i < 9000; ++i) many += row("08:10", "x", 1);
  ASSERT_GT(many.size(), 3 * s3().part_bytes);
  bucket.put("live/08/0.csv", many);
  for (int i = 1; i <= 10; ++i)
    bucket.put("live/08/" + std::to_string(i) + ".csv",
               gzipped(std::string(header) + row("08:20", "x", 1)));
  open();

  const auto seen = events(100);
  EXPECT_EQ(std::ranges::count(seen, "x=1"), 9010);
  EXPECT_EQ(seen.at(9010), "done 08");
}

TEST_F(S3SourceTest, GoesOnWhereAnEarlierRunStopped) {
  put("live/08/a.csv", row("08:00", "x", 1));
  put("live/09/a.csv", row("09:00", "x", 2));
  open();
  EXPECT_THAT(events(2), ElementsAre("x=1", "done 08"));

  open(position);

  EXPECT_THAT(events(), ElementsAre("x=2", "done 09"));
  EXPECT_EQ(first_rows.back(), 1U);
}

TEST_F(S3SourceTest, NoticesObjectsThatComeLate) {
  put("live/09/a.csv", row("09:00", "x", 1));
  put("live/10/a.csv", row("10:00", "x", 2));
  open();
  EXPECT_THAT(events(), ElementsAre("x=1", "done 09"));
  put("live/09/b.csv", row("09:00", "late", 3) + row("10:00", "other", 4));
  put("live/09/a.csv", row("09:00", "overwritten", 5));

  clock.time = at("11:00");
  EXPECT_THAT(events(), ElementsAre("late=3", "x=2", "done 10"));
  EXPECT_THAT(first_rows, ElementsAre(0, 1, 2));

  // Each is told of once, in this run and in the next.
  open(position);
  put("live/11/a.csv", row("11:00", "x", 6));
  EXPECT_THAT(events(), ElementsAre());
  clock.time = at("12:00");
  EXPECT_THAT(events(), ElementsAre("x=6", "done 11"));
}

TEST_F(S3SourceTest, ReadsHistoryWholeAndFirst) {
  s3().historical = {"s3://bucket/old/one.csv", "s3://bucket/old"};
  put("old/one.csv", row("01:00", "x", 1));
  put("old/two.csv", row("02:00", "x", 2) + row("07:00", "x", 3));
  put("old/below/no.csv", row("02:00", "x", 9));
  put("live/08/a.csv", row("08:00", "x", 4));
  put("live/09/a.csv", row("09:00", "x", 5));
  open();

  EXPECT_THAT(events(), ElementsAre("x=1", "x=1", "x=2", "x=3", "history done", "x=4", "done 08",
                                    "x=5", "done 09"));
}

TEST_F(S3SourceTest, KeepsTheNewestIntervalsOfHistory) {
  s3() = {.historical = {"s3://bucket/old/"},
          .endpoint = bucket.url(),
          .anonymous = true,
          .ca_file = "",
          .historical_intervals = 2};
  put("old/a.csv", row("03:00", "x", 1) + row("04:00", "x", 2));
  put("old/b.csv", row("05:00", "x", 3) + row("01:00", "x", 4));
  open();

  EXPECT_THAT(events(), ElementsAre("x=1", "x=2", "x=3", "restarted 03", "history done", "ended"));
}

TEST_F(S3SourceTest, ReadsHistoryAnewWhenItChangesUnderway) {
  s3() = {.historical = {"s3://bucket/old/"},
          .endpoint = bucket.url(),
          .anonymous = true,
          .ca_file = "",
          .part_bytes = 64U << 10U,
          .parallel_requests = 1};
  put("old/a.csv", row("03:00", "x", 1));
  put("old/b.csv", row("04:00", "x", 2));
  put("old/c.csv", row("05:00", "x", 3));
  put("old/d.csv", row("06:00", "x", 4));
  open();
  EXPECT_THAT(events(1), ElementsAre("x=1"));
  put("old/d.csv", row("06:00", "x", 5));

  const auto seen = events();

  EXPECT_THAT(seen, ElementsAre("x=2", "x=3", HasSubstr("overwritten since it was listed"),
                                "restarted 03", "restarted 04", "restarted 05", "x=1", "x=2", "x=3",
                                "x=5", "history done", "ended"));
}

TEST_F(S3SourceTest, ReadsOnlyHistoryInABacktest) {
  EXPECT_THAT(make_s3_source(spec, {}, nullptr, {.bytes = budget}).error().message,
              HasSubstr("s3.historical"));
}

TEST(S3PositionTest, ReadsBackWhatItWrote) {
  const S3Position historical{.is_historical = true,
                              .next_row = 7,
                              .interval = at("08:00"),
                              .location = 1,
                              .etag = "\"a b\"",
                              .key = "old/a b\n%"};
  const S3Position live{
      .next_row = 9,
      .interval = at("09:00"),
      .seen = {{at("07:00"), {}}, {at("08:00"), {{1, 2}, {0xffffffffffffffffU, 0xffffffffU}}}}};

  EXPECT_EQ(*parse_s3_position(to_text(historical)), historical);
  EXPECT_EQ(*parse_s3_position(to_text(live)), live);
  EXPECT_EQ(*parse_s3_position("s3 1 historical 0 -\n"), S3Position{.is_historical = true});
}

TEST(S3PositionTest, RefusesWhatItDidNotWrite) {
  for (const std::string_view text :
       {"", "s3 1 live 0 -\n", "s3 2 live 0 2026-03-20T08:00:00Z\n", "s3 1 live x -\n",
        "s3 1 historical 0 -\nat 0 e\n", "s3 1 historical 0 -\nseen 2026-03-20T08:00:00Z 12\n",
        "s3 1 historical 0 -"})
    EXPECT_EQ(parse_s3_position(text).error().code, ErrorCode::corrupt) << text;
}

TEST(S3PositionTest, ForgetsTheOldestObjects) {
  S3Position position;
  const std::vector<S3SeenObject> half(S3Position::max_seen_objects / 2);
  for (int i = 0; i < 4; ++i) position.remember({at("08:00") + std::chrono::hours(i), half});

  EXPECT_EQ(position.seen.size(), 2U);
  EXPECT_EQ(position.seen.front().start, at("10:00"));
}

/// B4: the service answers HEAD with a length that nobody can have.
TEST_F(S3SourceTest, RefusesAnObjectThatClaimsMoreThanAnyHas) {
  s3().historical = {"s3://bucket/huge"};
  bucket.answer_with([](const FakeBucket::Request& request) -> std::optional<std::string> {
    if (request.method != "HEAD") return std::nullopt;
    return "HTTP/1.1 200 OK\r\nContent-Length: 4611686018427387904\r\n\r\n";
  });
  open();

  EXPECT_THAT(events(1),
              ElementsAre("error: historical data: s3://bucket/huge has 4611686018427387904 bytes "
                          "by the service's account, and an object may have 5497558138880 "
                          "(max_object_bytes)"));
}

TEST_F(S3SourceTest, FailsTheIntervalOfAnObjectThatIsTooLarge) {
  put("live/08/a.csv", row("08:00", "x", 1));
  put("live/09/a.csv", row("09:00", "x", 4));
  bucket.answer_with([](const FakeBucket::Request& request) -> std::optional<std::string> {
    if (request.target.find("prefix=live%2F08%2F") == std::string::npos) return std::nullopt;
    return FakeBucket::answer("200 OK",
                              "<ListBucketResult><Contents><Key>live/08/a.csv</Key>"
                              "<Size>18446744073709551615</Size></Contents></ListBucketResult>");
  });
  open();

  EXPECT_THAT(events(), ElementsAre("failed 08", "x=4", "done 09"));
}

/// M8: each page says that there is another one, and gives a new token.
TEST_F(S3SourceTest, EndsAListingWithoutEnd) {
  s3().historical = {"s3://bucket/endless/"};
  std::size_t pages = 0;
  bucket.answer_with([&](const FakeBucket::Request&) -> std::optional<std::string> {
    std::string xml = "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>" +
                      std::to_string(++pages) + "</NextContinuationToken>";
    for (int i = 0; i < 1000; ++i)
      xml += "<Contents><Key>endless/" + std::string(200, 'k') + "</Key><Size>1</Size></Contents>";
    return FakeBucket::answer("200 OK", xml + "</ListBucketResult>");
  });
  open();

  EXPECT_THAT(events(1), ElementsAre(AllOf(HasSubstr("listing s3://bucket/endless/: "),
                                           HasSubstr("share of server.memory for one listing"),
                                           HasSubstr("name folders that hold fewer"))));
  EXPECT_LT(pages, 20U);
  EXPECT_EQ(budget.used_bytes(), 0U);
}

TEST_F(S3SourceTest, CountsWhatItHoldsInTheBudget) {
  put("live/08/a.csv", row("08:00", "x", 1));
  put("live/09/a.csv", row("09:00", "x", 4));
  open();
  Intake intake;

  ASSERT_TRUE(source->next(intake, milliseconds(0)));
  EXPECT_GT(budget.used_bytes(), 0U);
  source.reset();
  EXPECT_EQ(budget.used_bytes(), 0U);
}

}  // namespace
}  // namespace bellwether::ingest
