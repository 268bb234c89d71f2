#include "bellwether/ingest/row_reader.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest_fixtures.hpp"

namespace bellwether::ingest {
namespace {

using ::testing::ElementsAre;

const RowSchema schema{a_detector({{"views", Aggregate::sum}}, {"shop"}), std::nullopt};

std::string csv_row(const std::string& shop, const std::string& views) {
  return "2026-03-20 08:00:00," + shop + "," + views;
}

/// The rows of a batch as "shop=views".
std::vector<std::string> rows_of(const RowBatch& batch) {
  std::vector<std::string> rows;
  for (std::size_t i = 0; i < batch.row_count(); ++i) {
    const auto& column = batch.dimensions[0];
    const double views = batch.measures[0][i];
    rows.push_back(column.values[column.codes[i]] + "=" +
                   (std::isnan(views) ? "none" : std::to_string(std::lround(views))));
  }
  return rows;
}

std::vector<std::string> csv_rows(const std::string& text, const CsvFormat& format = {}) {
  const auto batch = read_text(schema, format, text);
  EXPECT_TRUE(batch) << batch.error().message;
  return batch ? rows_of(*batch) : std::vector<std::string>();
}

TEST(CsvReader, TakesColumnsByNameAndPassesOverOthers) {
  EXPECT_THAT(csv_rows("note,views,shop,time\nx,1,a,2026-03-20 08:00:00\n"), ElementsAre("a=1"));
}

TEST(CsvReader, TakesTheLastLineWithoutALineBreak) {
  EXPECT_THAT(csv_rows("time,shop,views\n" + csv_row("a", "1")), ElementsAre("a=1"));
}

TEST(CsvReader, TakesByteOrderMarkCrLfAndBlankLines) {
  EXPECT_THAT(csv_rows("\xEF\xBB\xBFtime,shop,views\r\n\r\n" + csv_row("a", "1") + "\r\n\n" +
                       csv_row("b", "2") + "\r\n"),
              ElementsAre("a=1", "b=2"));
}

TEST(CsvReader, TakesQuotesDoubledQuotesAndQuotedBreaks) {
  EXPECT_THAT(csv_rows("time,shop,views\n" + csv_row("\"a,b\"", "1") + "\n" +
                       csv_row("\"say \"\"hi\"\"\"", "2") + "\n" + csv_row("\"two\nlines\"", "3") +
                       "\n" + csv_row("5\" pipe", "\"4\"") + "\n"),
              ElementsAre("a,b=1", "say \"hi\"=2", "two\nlines=3", "5\" pipe=4"));
}

TEST(CsvReader, TakesAnyDelimiterAndQuoteOrNone) {
  CsvFormat format{.delimiter = "|", .quote = "'", .columns = {}};
  EXPECT_THAT(csv_rows("time|shop|views\n2026-03-20 08:00:00|'a|\"b'|1\n", format),
              ElementsAre("a|\"b=1"));
  format = {.delimiter = "\t", .quote = "", .columns = {}};
  EXPECT_THAT(csv_rows("time\tshop\tviews\n2026-03-20 08:00:00\t\"a\t1\n", format),
              ElementsAre("\"a=1"));
}

TEST(CsvReader, TakesAListOfColumnsInsteadOfAHeaderOrOverIt) {
  CsvFormat format{.has_header = false, .columns = {"time", "shop", "views"}};
  EXPECT_THAT(csv_rows(csv_row("a", "1") + "\n" + csv_row("b", "2") + "\n", format),
              ElementsAre("a=1", "b=2"));
  format.has_header = true;
  EXPECT_THAT(csv_rows("these,are,other names\n" + csv_row("b", "2") + "\n", format),
              ElementsAre("b=2"));
}

TEST(CsvReader, TakesNumbersInTheirUsualForms) {
  EXPECT_THAT(csv_rows("time,shop,views\n" + csv_row("a", " 12 ") + "\n" + csv_row("b", "+3") +
                       "\n" + csv_row("c", "-4.0") + "\n" + csv_row("d", "1e2") + "\n" +
                       csv_row("e", ".5e1") + "\n"),
              ElementsAre("a=12", "b=3", "c=-4", "d=100", "e=5"));
}

TEST(CsvReader, KeepsRowsThatLackOneMeasureOfSeveral) {
  const RowSchema two{a_detector({{"views", Aggregate::sum}, {"clicks", Aggregate::avg}}),
                      std::nullopt};
  const auto batch =
      read_text(two, CsvFormat(), "time,shop,views,clicks\n" + csv_row("a", "none") + ",7\n");
  ASSERT_TRUE(batch);
  ASSERT_EQ(batch->row_count(), 1U);
  EXPECT_TRUE(std::isnan(batch->measures[0][0]));
  EXPECT_EQ(batch->measures[1][0], 7);
}

TEST(CsvReader, CountsAnyTextForACountMeasure) {
  const RowSchema counting{a_detector({{"order", Aggregate::count}}), std::nullopt};
  const auto batch =
      read_text(counting, CsvFormat(),
                "time,shop,order\n" + csv_row("a", "A-17") + "\n" + csv_row("b", "5") + "\n" +
                    csv_row("c", "") + "\n" + csv_row("d", "null") + "\n");
  ASSERT_TRUE(batch);
  EXPECT_EQ(rows_of(*batch), (std::vector<std::string>{"a=1", "b=1"}));
  EXPECT_EQ(batch->rejected.count(RowFault::no_measure), 2U);
}

TEST(JsonLinesReader, TakesNumbersTextsAndTruthValues) {
  const std::string time = "{\"time\":\"2026-03-20 08:00:00\",";
  const auto batch =
      read_text(schema, JsonFormat(),
                "\xEF\xBB\xBF" + time + "\"shop\":\"a\",\"views\":1}\r\n\n   \n" + time +
                    "\"shop\":true,\"views\":\"2\"}\n" + time + "\"shop\":17,\"views\":3.0}\n" +
                    time + "\"shop\":1.50,\"views\":-4e0}\n" +
                    "{\"views\":5,\"x\":{\"y\":[1,{}]},\"shop\":\"\\u00e9\\\"\"," +
                    "\"time\":\"2026-03-20 08:00:00\",\"z\":null}");
  ASSERT_TRUE(batch) << batch.error().message;
  EXPECT_EQ(rows_of(*batch),
            (std::vector<std::string>{"a=1", "true=2", "17=3", "1.50=-4", "\u00e9\"=5"}));
  EXPECT_EQ(batch->rejected.total(), 0U);
}

TEST(JsonLinesReader, TakesKeysInAnyOrderEscapedOrTwice) {
  const auto batch = read_text(
      schema, JsonFormat(),
      "{\"time\":\"2026-03-20 08:00:00\",\"shop\":\"a\",\"views\":1}\n"
      "{\"views\":2,\"time\":\"2026-03-20 08:00:00\",\"shop\":\"b\"}\n"
      "{\"t\\u0069me\":\"2026-03-20 08:00:00\",\"shop\\\"\":\"x\",\"shop\":\"c\",\"views\":3}\n"
      "{\"time\":\"2026-03-20 08:00:00\",\"shop\\\"\":\"x\",\"shop\":\"d\",\"views\":4}\n"
      "{\"time\":\"2026-03-20 08:00:00\",\"shop\":\"e\",\"shop\":\"f\",\"views\":0,\"views\":5}\n"
      "{\"tim\":1,\"timer\":2,\"time\":\"2026-03-20 08:00:00\",\"shop\":\"g\",\"views\":6}\n");
  ASSERT_TRUE(batch);
  EXPECT_EQ(rows_of(*batch), (std::vector<std::string>{"a=1", "b=2", "c=3", "d=4", "f=5", "g=6"}));
}

TEST(JsonLinesReader, TakesUnixTimesAsNumbers) {
  RowSchema unix_times = schema;
  unix_times.spec.timestamp.format = "UNIX";
  const auto batch = read_text(unix_times, JsonFormat(),
                               "{\"time\":1773993600,\"shop\":\"a\",\"views\":1}\n"
                               "{\"time\":1773993600500,\"shop\":\"a\",\"views\":1}\n"
                               "{\"time\":1773993600.25,\"shop\":\"a\",\"views\":1}\n");
  ASSERT_TRUE(batch);
  EXPECT_THAT(batch->timestamps,
              ElementsAre(at("08:00"), at("08:00") + Duration(500), at("08:00")));
}

TEST(RowReader, DoesNotSeeInWhichPiecesBytesCome) {
  std::string csv = "\xEF\xBB\xBFtime,shop,views\r\n";
  std::string json = "\xEF\xBB\xBF";
  for (int i = 0; i < 60; ++i) {
    csv += csv_row(i % 7 == 0 ? "\"a\r\n\"\"" + std::to_string(i) + "\"" : std::to_string(i),
                   i % 11 == 0 ? "x" : std::to_string(i)) +
           (i % 3 == 0 ? "\n" : "\r\n");
    if (i % 13 == 0) csv += "broken\n\n";
    json += "{\"time\":\"2026-03-20 08:00:00\",\"shop\":\"s" + std::to_string(i) +
            (i % 9 == 0 ? "\"\n" : "\",\"views\":1}\r\n");
  }
  csv += "\"open,quote\n" + csv_row("a", "1") + "\n" + csv_row("z", "1");
  for (const auto& [text, format] :
       {std::pair<std::string, RowFormat>{csv, CsvFormat()},
        std::pair<std::string, RowFormat>{json, JsonFormat()},
        std::pair<std::string, RowFormat>{gzipped(csv), CsvFormat()},
        std::pair<std::string, RowFormat>{gzipped(json), JsonFormat()}}) {
    const auto whole = read_text(schema, format, text);
    ASSERT_TRUE(whole) << whole.error().message;
    EXPECT_GT(whole->row_count(), 40U);
    EXPECT_GT(whole->rejected.total(), 3U);
    for (const std::size_t piece : {1, 2, 3, 7, 64, 1000}) {
      const auto pieces = read_text(schema, format, text, piece);
      ASSERT_TRUE(pieces);
      EXPECT_EQ(*pieces, *whole) << piece;
    }
  }
}

TEST(RowReader, UnpacksGzipWhateverTheFormatSaysAndSeveralMembersInARow) {
  const std::string packed =
      gzipped("time,shop,views\n" + csv_row("a", "1") + "\n" + "2026-03-20") +
      gzipped(" 08:00:00,b,2\n") + gzipped("") + std::string(512, '\0');
  for (const std::size_t piece : {0, 1}) {
    const auto batch = read_text(schema, CsvFormat(), packed, piece);
    ASSERT_TRUE(batch) << batch.error().message;
    EXPECT_EQ(rows_of(*batch), (std::vector<std::string>{"a=1", "b=2"}));
  }
}

TEST(RowReader, UnpacksWithoutHoldingWhatWasPacked) {
  // 64 MiB of blank lines in 64 KiB: nothing of them is kept.
  const auto batch = read_text(schema, JsonFormat(), gzipped(std::string(64U << 20U, '\n')));
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->end_row, 0U);
}

TEST(RowReader, SaysHowManyBytesCompleteRowsTook) {
  auto reader = make_row_reader(schema, CsvFormat());
  ASSERT_TRUE(reader);
  RowBatch batch = make_row_batch(schema.spec);
  const std::string header = "\xEF\xBB\xBFtime,shop,views\n";
  const std::string row = csv_row("a", "1") + "\r\n";
  ASSERT_TRUE((*reader)->feed(header + row + row.substr(0, 5), batch));
  EXPECT_EQ((*reader)->consumed_bytes(), header.size() + row.size());
}

TEST(RowReader, RefusesAnUnknownFormatOrZone) {
  RowSchema bad = schema;
  bad.spec.timestamp.timezone = "Mars/Base";
  EXPECT_FALSE(make_row_reader(bad, CsvFormat()));
  const Problems problems = validate_timestamp({"time", "hh:mm", "Mars/Base"});
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(problems[0].field, "timestamp.timezone");
  EXPECT_EQ(problems[1].field, "timestamp.format");
}

TEST(PushedRows, AreReadInAllThreeForms) {
  const std::string one = "{\"time\":\"2026-03-20 08:00:00\",\"shop\":\"a\",\"views\":1}";
  const std::string two = "{\"time\":\"2026-03-20 08:00:00\",\"shop\":\"b\",\"views\":2}";
  const auto lines = read_pushed_rows(schema, PushedFormat::json_lines, one + "\n" + two);
  const auto csv =
      read_pushed_rows(schema, PushedFormat::csv,
                       "time,shop,views\n" + csv_row("a", "1") + "\n" + csv_row("b", "2") + "\n");
  const auto array =
      read_pushed_rows(schema, PushedFormat::json_array, " [" + one + ",\n" + two + "]\n");
  ASSERT_TRUE(lines);
  ASSERT_TRUE(csv);
  ASSERT_TRUE(array) << array.error().message;
  EXPECT_EQ(lines->row_count(), 2U);
  EXPECT_EQ(*lines, *csv);
  EXPECT_EQ(*lines, *array);
}

TEST(PushedRows, OfAnArrayAreRefusedOneByOne) {
  const auto array = read_pushed_rows(
      schema, PushedFormat::json_array,
      "[{\"time\":\"2026-03-20 08:00:00\",\"shop\":\"a\",\"views\":{\"x\":[1,2]}}, 7, [1,[2]],"
      "{\"time\":\"2026-03-20 08:00:00\",\"shop\":\"a\",\"views\":01},"
      "{\"time\":\"2026-03-20 08:00:00\",\"shop\":\"b\",\"views\":2}]");
  ASSERT_TRUE(array) << array.error().message;
  EXPECT_EQ(rows_of(*array), (std::vector<std::string>{"b=2"}));
  EXPECT_THAT(array->row_numbers, ElementsAre(4));
  ASSERT_EQ(array->rejected.samples.size(), 4U);
  EXPECT_EQ(array->rejected.samples[1].message, "the row is not a JSON object");
  EXPECT_EQ(array->rejected.samples[3].row, 4U);
}

TEST(PushedRows, MayBeNone) {
  const auto array = read_pushed_rows(schema, PushedFormat::json_array, "[]");
  ASSERT_TRUE(array) << array.error().message;
  EXPECT_EQ(array->end_row, 0U);
  ASSERT_TRUE(read_pushed_rows(schema, PushedFormat::json_lines, ""));
}

}  // namespace
}  // namespace bellwether::ingest
