#include "message_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest_fixtures.hpp"

namespace bellwether::ingest {
namespace {

using ::testing::ElementsAre;

class Reading {
 public:
  explicit Reading(const RowFormat& format, bool has_given_times = false) : spec(a_detector()) {
    RowSchema schema{spec, std::nullopt};
    schema.has_given_times = has_given_times;
    auto made = MessageReader::make(schema, format);
    EXPECT_TRUE(made);
    reader.emplace(*std::move(made));
    batch = make_row_batch(spec);
    batch.first_row = batch.end_row = 100;
    reader->attach(batch);
  }

  DetectorSpec spec;
  std::optional<MessageReader> reader;
  RowBatch batch;
};

CsvFormat csv_of(std::vector<std::string> columns) {
  CsvFormat csv;
  csv.has_header = false;
  csv.columns = std::move(columns);
  return csv;
}

constexpr std::string_view first = R"({"time":"2026-03-20 08:00:00","shop":"a","views":1})";
constexpr std::string_view second = R"({"time":"2026-03-20 08:00:01","shop":"b","views":2})";

TEST(MessageReader, GivesAllRowsOfAMessageItsNumber) {
  Reading json{JsonFormat{}};
  json.reader->read(first, 100, std::nullopt);
  json.reader->read(std::string(first) + "\n\n" + std::string(second) + "\n", 104, std::nullopt);
  json.reader->read("[" + std::string(first) + "," + std::string(second) + "]", 105, std::nullopt);

  EXPECT_THAT(json.batch.row_numbers, ElementsAre(0, 4, 4, 5, 5));
  EXPECT_THAT(json.batch.measures[0], ElementsAre(1, 1, 2, 1, 2));
  EXPECT_EQ(json.batch.end_row, 106U);
  EXPECT_EQ(json.batch.rejected.total(), 0U);
}

TEST(MessageReader, KeepsTheGoodLinesOfAMessageBesideABadOne) {
  Reading json{JsonFormat{}};
  json.reader->read(std::string(first) + "\n{oops\n" + std::string(second), 100, std::nullopt);
  json.reader->read(second, 101, std::nullopt);

  EXPECT_THAT(json.batch.row_numbers, ElementsAre(0, 0, 1));
  EXPECT_THAT(json.batch.rejected_faults, ElementsAre(RowFault::unreadable));
}

TEST(MessageReader, ReadsCsvByTheListOfColumns) {
  Reading csv{csv_of({"shop", "time", "views"})};
  csv.reader->read("a,2026-03-20 08:00:00,3", 100, std::nullopt);
  csv.reader->read("\"b, c\",2026-03-20 08:00:00,4\r\nd,2026-03-20 08:00:00,5\r\n", 101,
                   std::nullopt);
  csv.reader->read("too,few", 102, std::nullopt);
  csv.reader->read("\"never closed", 103, std::nullopt);
  csv.reader->read("e,2026-03-20 08:00:00,6", 104, std::nullopt);

  EXPECT_THAT(csv.batch.row_numbers, ElementsAre(0, 1, 1, 4));
  EXPECT_THAT(csv.batch.measures[0], ElementsAre(3, 4, 5, 6));
  EXPECT_THAT(csv.batch.dimensions[0].values, ElementsAre("a", "b, c", "d", "e"));
  EXPECT_EQ(csv.batch.rejected_faults.size(), 2U);
}

TEST(MessageReader, TakesTheTimeOfTheMessageWhereItIsAskedTo) {
  Reading json(JsonFormat{}, true);
  json.reader->read(R"({"shop":"a","views":1})", 100, at("08:15"));
  json.reader->read(R"({"shop":"a","views":1})", 101, std::nullopt);
  EXPECT_THAT(json.batch.timestamps, ElementsAre(at("08:15")));
  EXPECT_THAT(json.batch.rejected_faults, ElementsAre(RowFault::missing_timestamp));

  Reading csv(csv_of({"shop", "views"}), true);
  csv.reader->read("a,1\nb,2", 100, at("09:15"));
  EXPECT_THAT(csv.batch.timestamps, ElementsAre(at("09:15"), at("09:15")));
}

TEST(MessageReader, RefusesColumnsThatCannotFitAtOnce) {
  const auto made = MessageReader::make({a_detector(), std::nullopt}, csv_of({"shop", "views"}));
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, ::testing::HasSubstr("no column 'time'"));
}

}  // namespace
}  // namespace bellwether::ingest
