#include "load_yaml.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bellwether/document/json.hpp"

namespace bellwether::config {
namespace {

using document::Node;
using ::testing::IsEmpty;

std::string json_of(std::string_view yaml) {
  Problems problems;
  const Node node = load_yaml(yaml, problems);
  EXPECT_THAT(problems, IsEmpty()) << yaml;
  return to_json(node);
}

TEST(Yaml, TypesPlainScalarsByTheCoreSchema) {
  EXPECT_EQ(json_of("[~, null, true, False, NO, on, y]"),
            R"([null,null,true,false,"NO","on","y"])");
  EXPECT_EQ(json_of("[0, 12, -3, +4, 007, 0x1F, 0o17, 18446744073709551615, -9223372036854775808]"),
            "[0,12,-3,4,7,31,15,18446744073709551615,-9223372036854775808]");
  EXPECT_EQ(json_of("[1.5, .5, 1., 1e3, -2.5E-3, 99999999999999999999]"),
            "[1.5,0.5,1.0,1000.0,-0.0025,1e+20]");
  EXPECT_EQ(json_of("[1_000, 0b1, 1.2.3, 0x, ., +, -, 1e, 2026-03-01T00:00:00Z, 1h, 12:30]"),
            R"(["1_000","0b1","1.2.3","0x",".","+","-","1e","2026-03-01T00:00:00Z","1h","12:30"])");
  EXPECT_EQ(json_of("[.inf, -.Inf, .nan, 1e999]"), "[null,null,null,null]");
}

TEST(Yaml, TakesWhatIsQuotedForText) {
  EXPECT_EQ(json_of("['1', \"true\", '', !!str 5, \"a\\tb\"]"), R"(["1","true","","5","a\tb"])");
  EXPECT_EQ(json_of("a: |\n  1\n  2\nb: >-\n  3\n"), R"({"a":"1\n2\n","b":"3"})");
}

TEST(Yaml, RemembersHowNumbersWereWritten) {
  Problems problems;
  const Node node = load_yaml("[1.50, 007, True, x]", problems);
  const auto& list = *node.as<Node::List>();
  EXPECT_EQ(list[0].spelling, "1.50");
  EXPECT_EQ(list[1].spelling, "007");
  EXPECT_EQ(list[2].spelling, "True");
  EXPECT_EQ(list[3].spelling, "");
}

TEST(Yaml, SaysWhereEveryValueStands) {
  Problems problems;
  const Node node = load_yaml("\xef\xbb\xbf# first\na: 1\nb:\n  - c: 'x'\n  -\nd:\n", problems);
  const auto is_at = [](const Node& one, int line, int column) {
    return one.mark == Node::Mark{line, column};
  };
  EXPECT_TRUE(is_at(*node.find("a"), 2, 4));
  EXPECT_EQ(node.find("a")->key_mark, (Node::Mark{2, 1}));
  EXPECT_TRUE(is_at(*node.find("b"), 4, 3));
  EXPECT_TRUE(is_at(*node.find("b")->as<Node::List>()->at(0).find("c"), 4, 8));
  EXPECT_TRUE(is_at(*node.find("d"), 6, 1));
}

TEST(Yaml, RepeatsWhatAnAliasNames) {
  EXPECT_EQ(json_of("a: &x { k: 1 }\nb: *x\nc: [*x, *x]\n"),
            R"({"a":{"k":1},"b":{"k":1},"c":[{"k":1},{"k":1}]})");
}

TEST(Yaml, MergesMapsBehindTheOwnEntries) {
  EXPECT_EQ(json_of("a: &a { k: 1, l: 2 }\nb: &b { l: 3, m: 4 }\nc:\n  <<: [*a, *b]\n  k: 0\n"),
            R"({"a":{"k":1,"l":2},"b":{"l":3,"m":4},"c":{"k":0,"l":2,"m":4}})");
  Problems problems;
  load_yaml("a:\n  <<: 5\n", problems);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].message, "'<<' needs a map, or a list of maps");
  EXPECT_EQ(problems[0].line, 2);
}

TEST(Yaml, KeepsTheFirstOfTwoEqualKeys) {
  Problems problems;
  EXPECT_EQ(to_json(load_yaml("m: { a: 1, a: { b: 2 }, c: 3 }", problems)),
            R"({"m":{"a":1,"c":3}})");
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].field, "m.a");
}

TEST(Yaml, ReadsAnEmptyTextAsNothing) {
  EXPECT_EQ(json_of(""), "null");
  EXPECT_EQ(json_of("# nothing\n---\n"), "null");
}

TEST(Yaml, ReadsCarriageReturns) { EXPECT_EQ(json_of("a: 1\r\nb: 'x'\r\n"), R"({"a":1,"b":"x"})"); }

}  // namespace
}  // namespace bellwether::config
