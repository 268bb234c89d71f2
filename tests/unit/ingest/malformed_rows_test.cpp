// Every way in which a row or a file can be bad, each with the exact words a user reads.

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ingest_fixtures.hpp"
#include "record_cutter.hpp"

namespace bellwether::ingest {
namespace {

DetectorSpec shop_detector() {
  DetectorSpec spec = a_detector({{"views", Aggregate::sum}, {"revenue", Aggregate::sum}});
  spec.max_value_length = 8;
  return spec;
}

const RowSchema schema{shop_detector(), at("2026-03-21T00:00:00Z")};

struct BadRow {
  std::string line;
  RowFault fault;
  std::string message;
};

/// A bad row between two good ones is counted, and only it.
void expect_refused(const RowFormat& format, const std::string& before, const BadRow& bad,
                    const std::string& after) {
  SCOPED_TRACE(bad.line.substr(0, 100));
  const auto batch = read_text(schema, format, before + bad.line + "\n" + after);
  ASSERT_TRUE(batch) << batch.error().message;
  EXPECT_EQ(batch->row_count(), 2U);
  ASSERT_EQ(batch->rejected.total(), 1U);
  ASSERT_EQ(batch->rejected.samples.size(), 1U);
  EXPECT_EQ(batch->rejected.samples[0].message, bad.message);
  EXPECT_EQ(to_string(batch->rejected.samples[0].fault), to_string(bad.fault));
  EXPECT_EQ(batch->rejected.samples[0].row, 2U);
  EXPECT_EQ(batch->rejected_faults, std::vector{bad.fault});
  EXPECT_EQ(batch->row_numbers, (std::vector<std::uint32_t>{0, 2}));
  EXPECT_EQ(batch->end_row, 3U);
}

TEST(MalformedRows, AreRefusedOneByOneInCsv) {
  const std::vector<BadRow> table{
      {"2026-03-20 08:00:00,a,1", RowFault::unreadable,
       "the row has 3 fields where 4 columns are named"},
      {"2026-03-20 08:00:00", RowFault::unreadable,
       "the row has 1 field where 4 columns are named"},
      {"2026-03-20 08:00:00,a,1,2,3", RowFault::unreadable,
       "the row has 5 fields where 4 columns are named"},
      {"2026-03-20 08:00:00,\"a\"b,1,2", RowFault::unreadable,
       "text follows a closing quote in field 2; double a quote that belongs to the value"},
      {",a,1,2", RowFault::missing_timestamp, "column 'time': the timestamp is empty"},
      {"  ,a,1,2", RowFault::missing_timestamp, "column 'time': the timestamp is empty"},
      {"yesterday,a,1,2", RowFault::bad_timestamp,
       "column 'time': 'yesterday' does not match yyyy-MM-dd HH:mm:ss"},
      {"2026-02-30 08:00:00,a,1,2", RowFault::bad_timestamp,
       "column 'time': '2026-02-30 08:00:00' does not match yyyy-MM-dd HH:mm:ss"},
      {"\x01\xff\xc3(,a,1,2", RowFault::bad_timestamp,
       "column 'time': '?\?\?(' does not match yyyy-MM-dd HH:mm:ss"},
      {std::string(500, '9') + ",a,1,2", RowFault::bad_timestamp,
       "column 'time': '" + std::string(59, '9') + "...' does not match yyyy-MM-dd HH:mm:ss"},
      {"2026-03-21 00:00:01,a,1,2", RowFault::future_timestamp,
       "column 'time': '2026-03-21 00:00:01' lies in the future, after 2026-03-21T00:00:00Z"},
      {"2026-03-20 08:00:00,,1,2", RowFault::missing_dimension,
       "column 'shop': the value is empty"},
      {"2026-03-20 08:00:00,\"\",1,2", RowFault::missing_dimension,
       "column 'shop': the value is empty"},
      {"2026-03-20 08:00:00,123456789,1,2", RowFault::long_value,
       "column 'shop': '123456789' has 9 bytes; at most 8 are allowed"},
      {"2026-03-20 08:00:00,a\xff,1,2", RowFault::unreadable, "column 'shop': 'a?' is not UTF-8"},
      {"2026-03-20 08:00:00,\xed\xa0\x80,1,2", RowFault::unreadable,
       "column 'shop': '?\?\?' is not UTF-8"},
      {"2026-03-20 08:00:00,a,,", RowFault::no_measure, "no measure has a value"},
      {"2026-03-20 08:00:00,a,null,NaN", RowFault::no_measure, "no measure has a value"},
      {"2026-03-20 08:00:00,a,many,", RowFault::no_measure,
       "column 'views': 'many' is not a number"},
      {"2026-03-20 08:00:00,a,,1.2.3", RowFault::no_measure,
       "column 'revenue': '1.2.3' is not a number"},
      {"2026-03-20 08:00:00,a,inf,", RowFault::no_measure, "column 'views': 'inf' is not a number"},
      {"2026-03-20 08:00:00,a,0x10,", RowFault::no_measure,
       "column 'views': '0x10' is not a number"},
      {"2026-03-20 08:00:00,a,1e999,", RowFault::no_measure,
       "column 'views': '1e999' is not a number"},
      {"2026-03-20 08:00:00,a,\"1,000\",", RowFault::no_measure,
       "column 'views': '1,000' is not a number"},
      {"2026-03-20 08:00:00,a,1,2" + std::string(RecordCutter::max_record_bytes, ' '),
       RowFault::unreadable, "the line is longer than 1048576 bytes"},
  };
  for (const BadRow& bad : table)
    expect_refused(CsvFormat(), "time,shop,views,revenue\n2026-03-20 08:00:00,a,1,2\n", bad,
                   "2026-03-20 08:00:00,b,3,4\n");
}

TEST(MalformedRows, AreRefusedOneByOneInJsonLines) {
  const std::vector<BadRow> table{
      {"time", RowFault::unreadable, "the line is not a JSON object"},
      {"[1,2]", RowFault::unreadable, "the line is not a JSON object"},
      {"17", RowFault::unreadable, "the line is not a JSON object"},
      {"{\"time\":\"2026-03-20 08:00:00\",\"shop\":\"a\",\"views\":1", RowFault::unreadable,
       "the line is not a JSON object: it does not end with its closing bracket"},
      {"{\"time\":\"2026-03-20 08:00:00\",\"shop\":\"a", RowFault::unreadable,
       "the line is not a JSON object: a string is not closed"},
      {"{\"time\":\"2026-03-20 08:00:00\" \"shop\":\"a\",\"views\":1}", RowFault::unreadable,
       "the line is not a JSON object: a comma, colon, quote or bracket is missing or misplaced"},
      {"{\"time\":\"2026-03-20 08:00:00\",\"shop\":\"a\",\"views\":1} x", RowFault::unreadable,
       "the line is not a JSON object: it does not end with its closing bracket"},
      {"{\"time\":\"2026-03-20 08:00:00\",\"shop\":\"a\",\"views\":1}{}", RowFault::unreadable,
       "text follows the JSON object"},
      {"{\"time\":\"2026-03-20 08:00:00\",\"shop\":\"\xff\",\"views\":1}", RowFault::unreadable,
       "the line is not a JSON object: it is not UTF-8"},
      {"{\"time\":\"2026-03-20 08:00:00\",\"shop\":\"a\tb\",\"views\":1}", RowFault::unreadable,
       "the line is not a JSON object: a control character in a string is not escaped"},
      {"{\"time\":\"2026-03-20 08:00:00\",\"shop\":\"a\\q\",\"views\":1}", RowFault::unreadable,
       "the line is not a JSON object: a string has an escape that JSON does not know"},
      {"{\"time\":\"2026-03-20 08:00:00\",\"shop\":{\"id\":1},\"views\":1}", RowFault::unreadable,
       "column 'shop': an object stands where a plain value belongs"},
      {"{\"time\":\"2026-03-20 08:00:00\",\"shop\":\"a\",\"views\":[1]}", RowFault::unreadable,
       "column 'views': an array stands where a plain value belongs"},
      {"{\"time\":\"2026-03-20 08:00:00\",\"shop\":\"a\",\"views\":01}", RowFault::unreadable,
       "column 'views': '01' is not a number that JSON allows"},
      {"{\"time\":\"2026-03-20 08:00:00\",\"shop\":\"a\",\"views\":1e999}", RowFault::unreadable,
       "column 'views': '1e999' is not a number that JSON allows"},
      {"{\"time\":\"2026-03-20 08:00:00\",\"shop\":\"a\",\"views\":NaN}", RowFault::unreadable,
       "the line is not a JSON object: a comma, colon, quote or bracket is missing or misplaced"},
      {"{\"shop\":\"a\",\"views\":1}", RowFault::missing_timestamp,
       "column 'time': there is no timestamp"},
      {"{\"time\":null,\"shop\":\"a\",\"views\":1}", RowFault::missing_timestamp,
       "column 'time': there is no timestamp"},
      {"{\"time\":\"\",\"shop\":\"a\",\"views\":1}", RowFault::missing_timestamp,
       "column 'time': the timestamp is empty"},
      {"{\"time\":1773993600,\"shop\":\"a\",\"views\":1}", RowFault::bad_timestamp,
       "column 'time': '1773993600' does not match yyyy-MM-dd HH:mm:ss"},
      {"{\"time\":true,\"shop\":\"a\",\"views\":1}", RowFault::bad_timestamp,
       "column 'time': 'true' does not match yyyy-MM-dd HH:mm:ss"},
      {"{\"time\":\"2026-03-21 00:00:01\",\"shop\":\"a\",\"views\":1}", RowFault::future_timestamp,
       "column 'time': '2026-03-21 00:00:01' lies in the future, after 2026-03-21T00:00:00Z"},
      {"{\"time\":\"2026-03-20 08:00:00\",\"Shop\":\"a\",\"views\":1}", RowFault::missing_dimension,
       "column 'shop': there is no value"},
      {"{\"time\":\"2026-03-20 08:00:00\",\"shop\":\"\",\"views\":1}", RowFault::missing_dimension,
       "column 'shop': the value is empty"},
      {"{\"time\":\"2026-03-20 08:00:00\",\"shop\":123456789,\"views\":1}", RowFault::long_value,
       "column 'shop': '123456789' has 9 bytes; at most 8 are allowed"},
      {"{\"time\":\"2026-03-20 08:00:00\",\"shop\":\"a\"}", RowFault::no_measure,
       "no measure has a value"},
      {"{\"time\":\"2026-03-20 08:00:00\",\"shop\":\"a\",\"views\":null,\"revenue\":\"NaN\"}",
       RowFault::no_measure, "no measure has a value"},
      {"{\"time\":\"2026-03-20 08:00:00\",\"shop\":\"a\",\"views\":true}", RowFault::no_measure,
       "column 'views': 'true' is not a number"},
      {"{\"x\":\"" + std::string(RecordCutter::max_record_bytes, 'x') + "\"}", RowFault::unreadable,
       "the line is longer than 1048576 bytes"},
  };
  const std::string before = "{\"time\":\"2026-03-20 08:00:00\",\"shop\":\"a\",\"views\":1}\n";
  for (const BadRow& bad : table) expect_refused(JsonFormat(), before, bad, before);
}

TEST(MalformedRows, OfAnOpenQuoteCostOnlyTheirOwnLine) {
  std::string text = "time,shop,views,revenue\n2026-03-20 08:00:00,\"a,1,2\n";
  for (int i = 0; i < 300; ++i) text += "2026-03-20 08:00:00,b,3,4\n";
  for (const std::size_t piece : {0, 1, 1000}) {
    const auto batch = read_text(schema, CsvFormat(), text, piece);
    ASSERT_TRUE(batch);
    EXPECT_EQ(batch->row_count(), 300U);
    ASSERT_EQ(batch->rejected.total(), 1U);
    EXPECT_EQ(batch->rejected.samples[0],
              (RejectedSample{RowFault::unreadable, 1,
                              "a quote is opened in this line and not closed within 100 lines"}));
  }
  const auto at_the_end =
      read_text(schema, CsvFormat(),
                "time,shop,views,revenue\n2026-03-20 08:00:00,\"a,1,2\n2026-03-20 08:00:00,b,3,4");
  ASSERT_TRUE(at_the_end);
  EXPECT_EQ(at_the_end->row_count(), 1U);
  EXPECT_EQ(at_the_end->rejected.count(RowFault::unreadable), 1U);
}

struct BadFile {
  std::string text;
  std::string message;
};

TEST(MalformedFiles, SayWhatIsMissing) {
  const std::vector<BadFile> table{
      {"shop,views,revenue\n",
       "line 1: the header has no column 'time' for the timestamp; it has 'shop', 'views', "
       "'revenue'"},
      {"Time,shop,views\n",
       "line 1: the header has no column 'time' for the timestamp; it has 'Time', 'shop', 'views'"},
      {"time,views\n",
       "line 1: the header has no column 'shop' for a dimension; it has 'time', 'views'"},
      {"time,shop,clicks\n",
       "line 1: the header has no column of any measure, such as 'views'; it has 'time', 'shop', "
       "'clicks'"},
      {"time,shop,views,time\n", "line 1: the header names column 'time' twice"},
      {"time;shop;views\n",
       "line 1: the header has no column 'time' for the timestamp; it has 'time;shop;views'"},
      {"\"time\"x,shop\n",
       "line 1: the header is not CSV; check the delimiter and the quote of the format"},
      {"time,shop,\"views\n2026-03-20 08:00:00,a,1\n",
       "line 1: the header is not CSV; check the delimiter and the quote of the format"},
  };
  for (const BadFile& file : table) {
    const auto batch = read_text(schema, CsvFormat(), file.text);
    ASSERT_FALSE(batch) << file.text;
    EXPECT_EQ(batch.error().message, file.message);
    EXPECT_EQ(batch.error().code, ErrorCode::invalid_input);
  }
  CsvFormat listed;
  listed.columns = {"time", "views"};
  const auto batch = read_text(schema, listed, "x\n");
  ASSERT_FALSE(batch);
  EXPECT_EQ(batch.error().message,
            "the list of columns has no column 'shop' for a dimension; it has 'time', 'views'");
}

TEST(MalformedFiles, OfGzipSayWhere) {
  const std::string good = gzipped("time,shop,views\n2026-03-20 08:00:00,a,1\n");
  const auto cut = read_text(schema, CsvFormat(), good.substr(0, good.size() - 4));
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().message, "gzip: the data ends in the middle, after byte " +
                                     std::to_string(good.size() - 4) + "; the file is cut short");
  std::string damaged = good;
  damaged[good.size() - 6] = static_cast<char>(damaged[good.size() - 6] ^ 1);
  const auto wrong = read_text(schema, CsvFormat(), damaged);
  ASSERT_FALSE(wrong);
  EXPECT_TRUE(wrong.error().message.starts_with("gzip: the data is damaged near byte "))
      << wrong.error().message;
  const auto followed = read_text(schema, CsvFormat(), good + "more");
  ASSERT_FALSE(followed);
  EXPECT_EQ(followed.error().message, "gzip: byte " + std::to_string(good.size()) +
                                          " begins neither data nor padding; the file is damaged");
}

TEST(MalformedFiles, OfAPushedArraySayWhere) {
  const std::vector<BadFile> table{
      {"", "the body is not a JSON array of objects: it is empty, at row 1"},
      {"{}", "the body is not a JSON array of objects: it does not begin with '[', at row 1"},
      {"[{\"time\":\"2026-03-20 08:00:00\",\"shop\":\"a\",\"views\":1},",
       "the body is not a JSON array of objects: it does not end with its closing bracket, at "
       "row 1"},
      {"[{\"time\":\"2026-03-20 08:00:00\",\"shop\":\"a\",\"views\":1},{\"time\" 1}]",
       "the body is not a JSON array of objects: a comma, colon, quote or bracket is missing or "
       "misplaced, at row 2"},
      {"[] x",
       "the body is not a JSON array of objects: it does not end with its closing bracket, at row "
       "1"},
      {"[][]", "the body is not a JSON array of objects: text follows the closing ']', at row 1"},
  };
  for (const BadFile& file : table) {
    const auto batch = read_pushed_rows(schema, PushedFormat::json_array, file.text);
    ASSERT_FALSE(batch) << file.text;
    EXPECT_EQ(batch.error().message, file.message);
  }
}

}  // namespace
}  // namespace bellwether::ingest
