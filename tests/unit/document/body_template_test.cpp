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

std::string written(std::string_view value, std::string_view text, Filter filter = Filter::text) {
  return BodyTemplate::compile(text, filter)->render(Node().set("v", std::string(value)));
}

TEST(BodyTemplate, EscapesForFormsAndMarkup) {
  EXPECT_EQ(written("x&to=a@b +%", "text={{ v | url }}"), "text=x%26to%3Da%40b%20%2B%25");
  for (const char* filter : {"html", "xml"})
    EXPECT_EQ(written("<b a='1' c=\"2\">&amp;", "{{ v | " + std::string(filter) + " }}"),
              "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;amp;");
  EXPECT_EQ(written("<&>", "{{ v | text }}"), "<&>");
}

TEST(BodyTemplate, KeepsWhatCannotBeSeenFromPeopleOnly) {
  const std::string hostile = "a\u202e\nb\u009b\u200b<";
  EXPECT_EQ(written(hostile, "{{ v }}"), "a b <");
  EXPECT_EQ(written(hostile, "{{ v | escape }}"), "a b <");
  EXPECT_EQ(written(hostile, "{{ v | url }}"), "a%20b%20%3C");
  EXPECT_EQ(written(hostile, "{{ v | html }}"), "a b &lt;");
  EXPECT_EQ(written(hostile, "{{ v | raw }}"), hostile);
  EXPECT_EQ(written(hostile, "{{ v | json }}"), "\"a\u202e\\nb\u009b\u200b<\"");
  // What is left out cannot put together what is escaped.
  EXPECT_EQ(written("&\u200blt;", "{{ v | html }}"), "&amp;lt;");
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
  EXPECT_EQ(
      filled("{{ a | upper }}"),
      "line 1, column 8: 'upper' is no filter; use json, escape, url, html, xml, text or raw");
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

std::string posted(std::string_view text, std::string_view type, const std::string& value) {
  const Node body =
      Node().set("anomaly", Node().set("primary_measure", value)).set("alert", Node());
  return compile_webhook_template(text, type)->render(body);
}

TEST(WebhookTemplate, EscapesByTheTypeOfTheBody) {
  const std::string text = "text={{ anomaly.primary_measure }}&to=ops";
  const std::string value = "x&to=attacker@example.com";
  EXPECT_EQ(posted(text, "application/x-www-form-urlencoded", value),
            "text=x%26to%3Dattacker%40example.com&to=ops");
  EXPECT_EQ(posted(text, "Application/X-WWW-Form-UrlEncoded ; charset=utf-8", value),
            "text=x%26to%3Dattacker%40example.com&to=ops");
  const std::string tag = "<p>{{ anomaly.primary_measure }}</p>";
  for (const char* type : {"text/html", "text/xml; charset=utf-8", "application/xml",
                           "application/soap+xml", "application/xhtml+xml", "image/svg+xml"})
    EXPECT_EQ(posted(tag, type, "<script>"), "<p>&lt;script&gt;</p>") << type;
  EXPECT_EQ(posted(tag, "text/plain", "<a>\nb"), "<p><a> b</p>");
  EXPECT_EQ(posted(tag, "text/csv", "<a>\nb"), "<p><a> b</p>");
  EXPECT_EQ(posted("<p>{{ anomaly.primary_measure | raw }}</p>", "text/html", "<i>\n"),
            "<p><i>\n</p>");
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
