#include "table.hpp"

#include <sstream>

#include <gtest/gtest.h>

namespace bellwether::cli {
namespace {

std::string written(const Table& table) {
  std::ostringstream out;
  table.write(out);
  return out.str();
}

TEST(Table, AlignsItsColumns) {
  Table table({{"NAME"}, {"SERIES", true}, {"STATE"}});
  table.add({"shop", "7", "active"});
  table.add({"a-long-name", "12345678", ""});

  EXPECT_EQ(written(table),
            "NAME           SERIES  STATE\n"
            "shop                7  active\n"
            "a-long-name  12345678\n");
}

TEST(Table, CountsCharactersNotBytes) {
  Table table({{"CITY"}, {"N", true}});
  table.add({"Köln", "1"});
  table.add({"Bonn", "2"});

  EXPECT_EQ(written(table), "CITY  N\nKöln  1\nBonn  2\n");
}

TEST(Table, LetsNoValueMoveTheCursor) {
  Table table({{"VALUE"}});
  table.add({"a\nb\033[2J\u009b\u202ec"});

  EXPECT_EQ(written(table), "VALUE\na b [2J c\n");
}

}  // namespace
}  // namespace bellwether::cli
