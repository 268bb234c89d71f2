#include "bellwether/document/json.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace bellwether::document {
namespace {

std::string message_of(std::string_view text) {
  const auto node = parse_json(text);
  return node ? "" : node.error().message;
}

TEST(Json, KeepsEntriesInTheOrderTheyWereWritten) {
  const std::string text = R"({"z":1,"a":[true,false,null],"m":{"k":"v"}})";
  const auto node = parse_json(text);
  ASSERT_TRUE(node);
  EXPECT_EQ(to_json(*node), text);
}

TEST(Json, WritesWholeDoublesWithAPointAndAbsentOnesAsNull) {
  const Node node(Node::List{12.0, -0.0, 0.1, 1e22, 1e300, std::nan(""),
                             std::numeric_limits<double>::infinity()});
  EXPECT_EQ(to_json(node), "[12.0,-0.0,0.1,1e+22,1e+300,null,null]");
}

TEST(Json, ReadsBackEveryDoubleBitForBit) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t bits = random();
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value)) continue;
    const auto read = parse_json(to_json(Node(value)));
    ASSERT_TRUE(read);
    ASSERT_NE(read->as<double>(), nullptr) << to_json(Node(value));
    ASSERT_EQ(std::memcmp(read->as<double>(), &value, sizeof value), 0) << to_json(Node(value));
  }
}

TEST(Json, KeepsTheWholeRangeOfWholeNumbers) {
  const std::string text = "[-9223372036854775808,9223372036854775807,18446744073709551615]";
  const auto node = parse_json(text);
  ASSERT_TRUE(node);
  EXPECT_EQ(to_json(*node), text);
  EXPECT_EQ(*node, Node(Node::List{std::numeric_limits<std::int64_t>::min(),
                                   std::numeric_limits<std::int64_t>::max(),
                                   std::numeric_limits<std::uint64_t>::max()}));
}

TEST(Json, RemembersHowANumberWasSpelled) {
  const auto node = parse_json("[1.50]");
  ASSERT_TRUE(node);
  EXPECT_EQ((*node->as<Node::List>())[0].spelling, "1.50");
}

TEST(Json, EscapesWhatMustBeAndReplacesWhatIsNoText) {
  EXPECT_EQ(to_json(Node("a\"\\\n\t\x01\x7f/é€😀")), R"("a\"\\\n\t\u0001\u007f/é€😀")");
  EXPECT_EQ(to_json(Node("x\xff\xc3(\xed\xa0\x80")),
            "\"x\xef\xbf\xbd\xef\xbf\xbd("
            "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}

TEST(Json, WritesManyLinesForPeople) {
  const auto node = parse_json(R"({"a":[1,2],"b":{},"c":[]})");
  ASSERT_TRUE(node);
  EXPECT_EQ(to_pretty_json(*node),
            "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {},\n  \"c\": []\n}");
}

TEST(Json, SaysWhereTheTextIsWrong) {
  EXPECT_EQ(message_of("{\n  \"a\": nul\n}").substr(0, 20), "line 2, column 11: s");
  EXPECT_EQ(message_of("{\"a\":1,\n\"a\":2}"), "line 2, column 3: key 'a' is given twice");
  EXPECT_EQ(message_of("[1] x").substr(0, 17), "line 1, column 5:");
  EXPECT_EQ(message_of(std::string_view("[1]\0x", 5)),
            "line 1, column 4: a zero byte is not allowed in JSON");
  EXPECT_NE(message_of(""), "");
  EXPECT_NE(message_of("\"\xff\""), "");
  EXPECT_NE(message_of("[1e999]"), "");
}

TEST(Json, RefusesWhatIsNestedTooDeep) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(message_of(nested(64)), "");
  EXPECT_EQ(message_of(nested(65)), "line 1, column 65: nested deeper than 64 levels");
  EXPECT_NE(message_of(std::string(1'000'000, '[')), "");
}

TEST(Json, KeepsItsMessagesShort) {
  EXPECT_LT(message_of("\"" + std::string(100'000, 'x')).size(), 250U);
}

}  // namespace
}  // namespace bellwether::document
