#include "bad_config.hpp"

#include <gmock/gmock.h>

namespace bellwether::config {
namespace {

using ::testing::ElementsAre;

TEST_P(BadConfigs, AreRefusedInPlainWords) {
  EXPECT_EQ(lines_for(GetParam().text), GetParam().lines);
}

TEST(BadBytes, AreRefusedInPlainWords) {
  EXPECT_THAT(lines_for("detectors:\n\t- name: a\n"),
              ElementsAre("2:1: indent with spaces, not with tabs"));
  EXPECT_THAT(lines_for("log: { level: in\xff"
                        "fo }\n"),
              ElementsAre("1:17: this byte is not UTF-8"));
  EXPECT_THAT(lines_for(std::string_view("a: \0", 4)),
              ElementsAre("1:4: a zero byte is not allowed"));
  EXPECT_THAT(lines_for("\xff\xfe"
                        "a"),
              ElementsAre("1:1: this byte is not UTF-8"));
}

TEST(HugeYaml, IsRefusedBeforeItHurts) {
  std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
  for (char name = 'b'; name < 'j'; ++name) {
    bomb += std::string(1, name) + ": &" + name + " [";
    for (int i = 0; i < 10; ++i)
      bomb += std::string(i > 0 ? ", *" : "*") + static_cast<char>(name - 1);
    bomb += "]\n";
  }
  EXPECT_THAT(lines_for(bomb),
              ElementsAre("5:4: more than 200000 values, those behind aliases included"));
  EXPECT_THAT(lines_for("a: " + std::string(70, '[') + std::string(70, ']')),
              ElementsAre("1:67: nested deeper than 64 levels"));
  for (const char bracket : {'[', '{'})
    EXPECT_THAT(lines_for("a: " + std::string(7U << 20U, bracket)),
                ElementsAre("1:1004: more than 1000 brackets stand open here"));
  EXPECT_THAT(lines_for(std::string(9U << 20U, '#')), ElementsAre(" is larger than 8 MiB"));
}

TEST(HugeYaml, CountsTheDepthBehindAliases) {
  const std::string deep = std::string(40, '[') + std::string(40, ']');
  EXPECT_THAT(
      lines_for("a: &a " + deep + "\nb: " + std::string(30, '[') + "*a" + std::string(30, ']')),
      ElementsAre("2:34: nested deeper than 64 levels"));
}

TEST(MissingFile, IsAProblemWithoutALine) {
  const auto loaded = load_settings("no/such/file.yaml");
  ASSERT_EQ(loaded.problems.size(), 1U);
  EXPECT_EQ(to_line(loaded.problems[0], "no/such/file.yaml"),
            "no/such/file.yaml: cannot be read: No such file or directory");
  const auto folder = load_settings(BELLWETHER_SOURCE_DIR);
  ASSERT_EQ(folder.problems.size(), 1U);
  EXPECT_EQ(folder.problems[0].message, "cannot be read: Is a directory");
}

}  // namespace
}  // namespace bellwether::config
