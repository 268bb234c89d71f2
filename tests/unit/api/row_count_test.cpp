#include "row_count.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace bellwether::api {
namespace {

std::uint64_t rows_of(RowCount::Form form, std::string_view text, std::size_t piece_bytes) {
  RowCount count(form);
  for (; !text.empty(); text.remove_prefix(std::min(piece_bytes, text.size())))
    count.take(text.substr(0, piece_bytes));
  return count.rows();
}

TEST(RowCount, CountsLines) {
  EXPECT_EQ(rows_of(RowCount::Form::lines, "a\nb\n\nc\n", 2), 4U);
  EXPECT_EQ(rows_of(RowCount::Form::lines, "", 1), 0U);
}

TEST(RowCount, CountsWhatSeparatesElementsAndNothingWithinThem) {
  for (const std::size_t piece : {1U, 2U, 3U, 100U}) {
    EXPECT_EQ(rows_of(RowCount::Form::array, R"([{"a":[1,2,3],"b":{"c":1,"d":2}},{},1])", piece),
              2U);
    EXPECT_EQ(rows_of(RowCount::Form::array, R"([{"a":"],[,\",\\"},{"b":"\\\\,"}])", piece), 1U);
    EXPECT_EQ(rows_of(RowCount::Form::array, "]]]],,[1,1,1,1]", piece), 3U);
  }
}

}  // namespace
}  // namespace bellwether::api
