#include "bellwether/domain/sql_query.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bellwether {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string numbered(std::string_view text) {
  const auto query = SqlQuery::parse(text);
  return query ? query->with_numbered_parameters() : "error: " + query.error().message;
}

TEST(SqlQuery, PutsNumbersWhereTheBoundsStand) {
  EXPECT_EQ(numbered("SELECT * FROM t WHERE ts>=:from AND ts<:to"),
            "SELECT * FROM t WHERE ts>=$1 AND ts<$2");
  EXPECT_EQ(numbered("SELECT :to::timestamptz, :from::date, :from"),
            "SELECT $2::timestamptz, $1::date, $1");
}

TEST(SqlQuery, LooksForBoundsInSqlAlone) {
  const std::string odd =
      "SELECT ':from', E'\\':to', 'it''s :to', \":from\", $$:from$$, $x$ :to $$ $x$, ts::from, "
      ":fromage, a[1:2] -- :to '\n/* :from /* ' */ */ ";
  EXPECT_EQ(numbered(odd + "WHERE :from < :to"), odd + "WHERE $1 < $2");
}

TEST(SqlQuery, LeavesSemicolonsAtTheEndOut) {
  EXPECT_EQ(numbered("SELECT :from, :to ; -- over\n ;"), "SELECT $1, $2");
  EXPECT_EQ(numbered("SELECT :from, :to -- last"), "SELECT $1, $2 -- last");
}

TEST(SqlQuery, SaysWhatIsWrong) {
  EXPECT_THAT(numbered("SELECT 1"), HasSubstr("has no :from; ask for one interval, as in"));
  EXPECT_THAT(numbered("SELECT :from"), HasSubstr("has no :to"));
  EXPECT_THAT(numbered("SELECT ':from :to"), HasSubstr("literal is left open"));
  EXPECT_THAT(numbered("SELECT \":from :to"), HasSubstr("quoted name is left open"));
  EXPECT_THAT(numbered("SELECT $a$ :from :to $b$"), HasSubstr("literal $a$ is left open"));
  EXPECT_THAT(numbered("SELECT /* :from /* :to */"), HasSubstr("comment /* is left open"));
  EXPECT_THAT(numbered("SELECT :from, :to; DROP TABLE t"), HasSubstr("must be one statement"));
  EXPECT_THAT(numbered("SELECT $1, :from, :to"), HasSubstr("bounds are written :from and :to"));
}

TEST(SqlName, IsCutAtDots) {
  EXPECT_THAT(*parse_sql_name("orders"), ElementsAre("orders"));
  EXPECT_THAT(*parse_sql_name("Sales.Orders 2"), ElementsAre("Sales", "Orders 2"));
  EXPECT_THAT(*parse_sql_name("\"odd.schema\".\"say \"\"hi\"\"\""),
              ElementsAre("odd.schema", "say \"hi\""));
  for (const char* bad : {"", ".", "a.", "a..b", "\"a", "\"a\"b", "a\"b\"", "a.b.c.d", "\"\""})
    EXPECT_FALSE(parse_sql_name(bad)) << bad;
}

}  // namespace
}  // namespace bellwether
