#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest_fixtures.hpp"
#include "postgres_error.hpp"
#include "postgres_statements.hpp"
#include "postgres_url.hpp"

namespace bellwether::ingest {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(PostgresStatements, QuoteEveryNameOfATable) {
  DetectorSpec spec =
      a_detector({{"views", Aggregate::sum}, {"views", Aggregate::max}}, {"shop", "odd\"; DROP"});
  const auto statements = make_postgres_statements(spec, {.table = "Sales.o\"rders"});
  EXPECT_FALSE(statements);
  const auto good = make_postgres_statements(spec, {.table = "Sales.\"o\"\"rders\""});
  ASSERT_TRUE(good);
  EXPECT_EQ(good->rows,
            "SELECT \"time\", \"views\", \"shop\", \"odd\"\"; DROP\" FROM "
            "\"Sales\".\"o\"\"rders\" WHERE \"time\" >= $1 AND \"time\" < $2");
  EXPECT_EQ(good->rows_by_time, good->rows + " ORDER BY \"time\"");
  EXPECT_THAT(good->columns, ::testing::EndsWith("\"o\"\"rders\" LIMIT 0"));
}

TEST(PostgresStatements, TakeAQueryAsItStands) {
  const auto statements = make_postgres_statements(
      a_detector(), {.query = "SELECT * FROM t WHERE x >= :from AND x < :to -- mine"});
  ASSERT_TRUE(statements);
  EXPECT_EQ(statements->rows, "SELECT * FROM t WHERE x >= $1 AND x < $2 -- mine");
  EXPECT_EQ(statements->rows_by_time,
            "SELECT * FROM (SELECT * FROM t WHERE x >= $1 AND x < $2 -- mine\n) AS asked ORDER BY "
            "\"time\"");
}

TEST(PostgresUrl, ShowsNeitherUserNorPassword) {
  const auto url =
      PostgresUrl::parse("postgresql://me:w%40rd%2F1@db.example.org:5433/shop?sslmode=require");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->shown(), "db.example.org:5433/shop");
  EXPECT_EQ(url->without_secrets("w@rd/1 is not w%40rd%2F1"), "*** is not ***");
  EXPECT_THAT(url->with_defaults(), HasSubstr("/shop?fallback_application_name=bellwether&"));
  EXPECT_THAT(url->with_defaults(), ::testing::EndsWith("&sslmode=require"));
  EXPECT_EQ(PostgresUrl::parse("postgres://[::1]:5432,b/x")->shown(), "[::1]:5432,b/x");
}

TEST(PostgresUrl, SaysWhatIsWrongWithoutRepeatingIt) {
  for (const char* bad :
       {"mysql://me:secret@host/db", "host=db password=secret", "postgresql://me:sec/ret@host/db",
        "postgresql://me:secret@host:x/db", "postgresql://me:s@cret@host/db"}) {
    const auto url = PostgresUrl::parse(bad);
    ASSERT_FALSE(url) << bad;
    EXPECT_EQ(url.error().code, ErrorCode::invalid_input);
    EXPECT_THAT(url.error().message, Not(HasSubstr("secret")));
    EXPECT_THAT(url.error().message, Not(HasSubstr("ret@")));
  }
}

TEST(PostgresError, SaysWhatMayPass) {
  for (const char* sqlstate : {"08006", "57P01", "57014", "53300", "40001", "55P03", "34000", ""})
    EXPECT_TRUE(is_retryable(error_of_statement(sqlstate, "ERROR:  x\nLINE 1: y\n"))) << sqlstate;
  for (const char* sqlstate : {"42P01", "42703", "42501", "22012", "25006", "28P01", "XX000"})
    EXPECT_FALSE(is_retryable(error_of_statement(sqlstate, "x"))) << sqlstate;
  EXPECT_EQ(error_of_statement("42P01",
                               "ERROR:  relation \"t\" does not exist\nLINE 1: SELECT x FROM t\n"
                               "                      ^\n")
                .message,
            "ERROR:  relation \"t\" does not exist (SQLSTATE 42P01); check the table and its "
            "schema: names are taken as written, letter case included");
}

TEST(PostgresError, KnowsWhySessionsAreRefused) {
  EXPECT_FALSE(
      is_retryable(error_of_session("FATAL:  password authentication failed for user \"me\"\n")));
  EXPECT_FALSE(is_retryable(error_of_session("FATAL:  database \"x\" does not exist")));
  EXPECT_TRUE(is_retryable(error_of_session("could not connect: Connection refused")));
  EXPECT_EQ(error_of_session("no connection to the server\n").message, "the connection was lost");
  EXPECT_TRUE(is_retryable(error_of_session("FATAL:  the database system is starting up")));
}

}  // namespace
}  // namespace bellwether::ingest
