#include "bellwether/document/section.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bellwether/document/json.hpp"

namespace bellwether::document {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Reads `text` with `read` and gives what it complained of, as "field: message".
std::vector<std::string> complaints(std::string_view text,
                                    const std::function<void(Section&)>& read) {
  const auto node = parse_json(text);
  if (!node) return {node.error().message};
  Problems problems;
  Section section(*node, "", problems);
  read(section);
  std::vector<std::string> lines;
  for (const auto& problem : problems) lines.push_back(problem.field + ": " + problem.message);
  return lines;
}

TEST(Section, ReadsEveryType) {
  std::string text;
  bool flag = false;
  double number = 0;
  std::uint64_t count = 0;
  Duration duration{};
  TimePoint time{};
  std::vector<std::string> list;
  std::map<std::string, std::string> map;
  const auto found = complaints(
      R"({"text":"a","flag":true,"number":2,"count":1e6,"duration":"90s",
          "time":"1970-01-01T00:00:01Z","list":["a",1,true,1.50],"map":{"k":7}})",
      [&](Section& section) {
        EXPECT_TRUE(section.required("text", text));
        EXPECT_TRUE(section.required("flag", flag));
        EXPECT_TRUE(section.required("number", number));
        EXPECT_TRUE(section.required("count", count));
        EXPECT_TRUE(section.required("duration", duration));
        EXPECT_TRUE(section.required("time", time));
        EXPECT_TRUE(section.required("list", list));
        EXPECT_TRUE(section.required("map", map));
        section.refuse_unknown_keys();
      });
  EXPECT_THAT(found, IsEmpty());
  EXPECT_EQ(text, "a");
  EXPECT_TRUE(flag);
  EXPECT_EQ(number, 2);
  EXPECT_EQ(count, 1'000'000U);
  EXPECT_EQ(duration, std::chrono::seconds(90));
  EXPECT_EQ(time.time_since_epoch(), std::chrono::seconds(1));
  EXPECT_THAT(list, ElementsAre("a", "1", "true", "1.50"));
  EXPECT_EQ(map["k"], "7");
}

TEST(Section, NotesEveryWrongTypeAndLeavesTheTarget) {
  std::string text = "kept";
  bool flag = true;
  double number = 1;
  std::uint64_t count = 2;
  Duration duration{3};
  TimePoint time{};
  std::vector<std::string> list{"kept"};
  const auto found = complaints(
      R"({"text":5,"flag":"yes","number":"1","count":-1,"duration":30,"time":5,"list":"a"})",
      [&](Section& section) {
        EXPECT_FALSE(section.optional("text", text));
        EXPECT_FALSE(section.optional("flag", flag));
        EXPECT_FALSE(section.optional("number", number));
        EXPECT_FALSE(section.optional("count", count));
        EXPECT_FALSE(section.optional("duration", duration));
        EXPECT_FALSE(section.optional("time", time));
        EXPECT_FALSE(section.optional("list", list));
      });
  EXPECT_THAT(found,
              ElementsAre("text: must be text; put it in quotes", "flag: must be true or false",
                          "number: must be a number", "count: must be a whole number, zero or more",
                          "duration: must be a duration with its unit, such as 30s, 5m, 1h or 1d",
                          "time: must be a time, such as 2026-03-20T08:00:00Z",
                          "list: must be a list, such as [a, b]"));
  EXPECT_EQ(text, "kept");
  EXPECT_THAT(list, ElementsAre("kept"));
}

TEST(Section, SuggestsTheKeyThatWasMeant) {
  const auto found = complaints(R"({"measure":1,"itnerval":2,"colour":3})", [](Section& section) {
    section.raw("measures");
    section.raw("interval");
    section.refuse_unknown_keys();
  });
  EXPECT_THAT(found,
              ElementsAre("measure: unknown key 'measure'; did you mean 'measures'?",
                          "itnerval: unknown key 'itnerval'; did you mean 'interval'?",
                          "colour: unknown key 'colour'; known keys are measures, interval"));
}

TEST(Section, ReportsAMisspeltKeyOnce) {
  const auto found = complaints(R"({"measure":[]})", [](Section& section) {
    section.missing("measures");
    section.raw("measures");
    section.refuse_unknown_keys();
    section.add({{"measures", "must list at least one measure", 0, 0}});
  });
  EXPECT_THAT(found, ElementsAre("measure: unknown key 'measure'; did you mean 'measures'?"));
}

TEST(Section, EndsTheListOfUnknownKeys) {
  std::string text = "{";
  for (int i = 0; i < 1000; ++i)
    text += (i > 0 ? ",\"" : "\"") + std::string("key") + std::to_string(i) + "\":1";
  const auto found =
      complaints(text + "}", [](Section& section) { section.refuse_unknown_keys(); });
  EXPECT_EQ(found.size(), 21U);
}

TEST(Section, GivesEachEntryOfAListItsPath) {
  const auto found =
      complaints(R"({"alerts":[{"name":1},"x",{"name":"a","b":2}]})", [](Section& section) {
        section.children("alerts", [](Section& alert) {
          std::string name;
          alert.required("name", name);
          alert.refuse_unknown_keys();
        });
      });
  EXPECT_THAT(found, ElementsAre("alerts[0].name: must be text; put it in quotes",
                                 "alerts[1]: must be a map of keys and values",
                                 "alerts[2].b: unknown key 'b'; known keys are name"));
}

TEST(Section, TakesOverProblemsButNotThoseOfRefusedValues) {
  const auto found = complaints(R"({"times":{"from":5}})", [](Section& section) {
    section.child("times", [](Section& times) {
      std::string from;
      times.optional("from", from);
    });
    section.add({{"times.from", "must be early", 0, 0}, {"times.until", "must be late", 0, 0}});
  });
  EXPECT_THAT(found, ElementsAre("times.from: must be text; put it in quotes",
                                 "times.until: must be late"));
}

TEST(Section, FindsThePlaceOfAFieldWhoseKeyHoldsADot) {
  Node value(1);
  value.mark = {7, 3};
  Node inner;
  inner.set("a.b", value);
  inner.mark = {6, 1};
  Node root;
  root.set("map", inner);
  Problems problems;
  Section section(root, "", problems);
  section.problem("map.a.b", "here");
  section.problem("map.c", "there");
  EXPECT_EQ(problems[0].line, 7);
  EXPECT_EQ(problems[0].column, 3);
  EXPECT_EQ(problems[1].line, 6);
}

TEST(Section, LearnsAllKeysOfAReader) {
  Problems problems;
  Section::KnownPaths paths;
  const Node nothing;
  Section section(nothing, "", problems, &paths);
  section.children("alerts", [](Section& alert) {
    alert.child("filters", [](Section& filters) { filters.raw("measures"); });
  });
  EXPECT_THAT(paths, ElementsAre("alerts", "alerts[].filters", "alerts[].filters.measures"));
}

TEST(Section, ReadsNothingWrittenAsAnEmptyList) {
  std::vector<std::string> list{"old"};
  const auto found = complaints(R"({"list":null,"maps":null})", [&](Section& section) {
    EXPECT_TRUE(section.optional("list", list));
    EXPECT_FALSE(section.children("maps", [](Section&) {}));
  });
  EXPECT_THAT(list, IsEmpty());
  EXPECT_THAT(found, IsEmpty());
}

TEST(Section, ReadsNothingWrittenAsAnEmptyMap) {
  bool was_read = false;
  const auto found = complaints(R"({"http":null})", [&](Section& section) {
    section.child("http", [&](Section&) { was_read = true; });
  });
  EXPECT_TRUE(was_read);
  EXPECT_THAT(found, IsEmpty());
}

}  // namespace
}  // namespace bellwether::document
