#include "bellwether/document/body_template.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "bellwether/document/json.hpp"

namespace bellwether::document {
namespace {

using Filter = BodyTemplate::Filter;

Node a_document() {
  return parse_json(R"({"name": "a \"b\"", "count": 3.0, "share": 0.25, "nothing": null,
                        "is_test": true, "list": [{"key": "first"}, {"key": "second"}],
                        "open": {"a.b c": "x", "d": "y"}})")
      .value();
}

std::string filled(std::string_view text, Filter filter = Filter::raw) {
  const auto compiled = BodyTemplate::compile(text, filter);
  return compiled ? compiled->render(a_document()) : compiled.error().message;
}

TEST(BodyTemplate, LeavesOtherTextAsItIs) {
  for (const char* text : {"", "plain", "{ } }} {", "{\"a\": {\"b\": {}}}", "\n\n"})
    EXPECT_EQ(filled(text), text);
}

TEST(BodyTemplate, FollowsPathsThroughMapsAndLists) {
  EXPECT_EQ(filled("<{{name}}> {{ list[1].key }}/{{ open['a.b c'] }}/{{open[\"d\"]}}"),
            "<a \"b\"> second/x/y");
}

TEST(BodyTemplate, WritesValuesAsPeopleDo) {
  EXPECT_EQ(filled("{{ count }} {{ share }} {{ is_test }} [{{ nothing }}]"), "3 0.25 true []");
  EXPECT_EQ(filled("{{ list }}"), R"([{"key":"first"},{"key":"second"}])");
}

TEST(BodyTemplate, FiltersSayHowAValueIsWritten) {
  EXPECT_EQ(filled("{{ name | json }} {{name|escape}} {{ name | raw }}"),
            R"("a \"b\"" a \"b\" a "b")");
  EXPECT_EQ(filled("{{ name }}", Filter::escape), R"(a \"b\")");
  EXPECT_EQ(filled("{{ count | json }} {{ nothing | json }}"), "3.0 null");
}

TEST(BodyTemplate, LeavesOutWhatIsNotThere) {
  EXPECT_EQ(filled("[{{ list[7].key }}{{ open.z }}{{ name.deeper }}{{ list.key }}]"), "[]");
  EXPECT_EQ(filled("{{ list[7].key | json }}"), "null");
  const auto compiled = BodyTemplate::compile("[{{ x }}]", Filter::raw);
  EXPECT_EQ(compiled->render(Node().set("x", std::numeric_limits<double>::quiet_NaN())), "[]");
}

TEST(BodyTemplate, RefusesWhatIsNoPlaceholder) {
  EXPECT_EQ(filled("ab\n {{ name"),
            "line 2, column 2: '{{' is not closed; write {{ path }} or "
            "{{ path | json }}");
  EXPECT_EQ(filled("{{ }}"),
            "line 1, column 4: a path must follow '{{', such as {{ anomaly.severity }}; there are "
            "no loops and no conditions");
  EXPECT_EQ(filled("{{#each list}}").substr(0, 48),
            "line 1, column 3: a path must follow '{{', such ");
  EXPECT_EQ(filled("{{ a. }}"), "line 1, column 6: a key must follow the dot");
  EXPECT_EQ(filled("{{ a b }}"), "line 1, column 6: '}}' must follow here");
  EXPECT_EQ(filled("{{ a }"), "line 1, column 6: '}}' must follow here");
  EXPECT_EQ(filled("{{ a[ }}"),
            "line 1, column 6: a place in a list must follow '[', as in series[0], or a key in "
            "quotes");
  EXPECT_EQ(filled("{{ a[99999999999999999999999] }}").substr(0, 22), "line 1, column 6: a pl");
  EXPECT_EQ(filled("{{ a[0 }}"), "line 1, column 7: ']' must follow here");
  EXPECT_EQ(filled("{{ a['b }}"), "line 1, column 6: the quote is not closed");
  EXPECT_EQ(filled("{{ a | upper }}"),
            "line 1, column 8: 'upper' is no filter; use json, escape or raw");
  EXPECT_EQ(filled(std::string(70'000, 'x')), "is longer than 64 KiB");
}

TEST(WebhookTemplate, KnowsThePathsOfTheContractsBody) {
  for (const char* path :
       {"event", "test", "delivery_id", "sent_at", "alert.name", "detector.interval",
        "anomaly.severity", "anomaly.measures[0].contributions[2].values[1].percent",
        "anomaly.root_causes[0].dimensions.marketplace", "anomaly.causes[0].anomaly_id",
        "anomaly.series[9].dimensions['any key']", "anomaly.series", "links.anomaly",
        "others[0].anomaly.primary_measure"})
    EXPECT_TRUE(compile_webhook_template("{{ " + std::string(path) + " }}", "text/plain")) << path;
}

std::string mistake(std::string_view text, std::string_view type = "text/plain") {
  const auto compiled = compile_webhook_template(text, type);
  return compiled ? "" : compiled.error().message;
}

TEST(WebhookTemplate, NamesUnknownPathsWithTheirPlace) {
  EXPECT_EQ(mistake("x\n{{ anomaly.severty }}"),
            "line 2, column 4: 'severty' is not known; did you mean 'severity'?");
  EXPECT_EQ(mistake("{{ alert.zzzzzz }}"),
            "line 1, column 4: 'zzzzzz' is not known; there are name");
  EXPECT_EQ(mistake("{{ anomaly.series.measure }}"),
            "line 1, column 4: 'measure' follows a list; say which of its entries, as in [0]");
  EXPECT_EQ(mistake("{{ anomaly[0] }}"),
            "line 1, column 4: only lists have places; give a key instead of [0]");
  EXPECT_EQ(mistake("{{ event.name }}"), "line 1, column 4: the path goes on beyond a plain value");
}

TEST(WebhookTemplate, MustMakeJsonWhereItsTypeSaysSo) {
  EXPECT_EQ(mistake(R"({"a": "{{ event }}", "b": {{ anomaly.severity }}})", "application/json"),
            "");
  EXPECT_EQ(mistake(R"({"a": {{ anomaly.series[5].value | json }}})", "application/json"), "");
  EXPECT_NE(mistake(R"({"a": {{ event }}})", "application/json").find("it is no JSON: line 1"),
            std::string::npos);
  EXPECT_NE(mistake(R"({"a": {{ anomaly.series[5].value }}})", "application/x+JSON; a=b"), "");
  EXPECT_EQ(mistake(R"({"a": {{ event }}})", "text/plain"), "");
}

}  // namespace
}  // namespace bellwether::document
