#include "write_yaml.hpp"

#include <string>

#include <gtest/gtest.h>

#include "bellwether/document/json.hpp"

namespace bellwether::cli {
namespace {

std::string yaml_of(const std::string& json) { return to_yaml(document::parse_json(json).value()); }

TEST(WriteYaml, WritesMapsAndListsAsBlocks) {
  EXPECT_EQ(yaml_of(R"({"detectors":[{"name":"shop","measures":[{"column":"views"}],
                        "dimensions":["platform","market"]},{"name":"other"}]})"),
            "detectors:\n"
            "  - name: shop\n"
            "    measures:\n"
            "      - column: views\n"
            "    dimensions: [platform, market]\n"
            "  - name: other\n");
}

TEST(WriteYaml, QuotesWhatWouldMeanSomethingElse) {
  EXPECT_EQ(yaml_of(R"({"a":"yes","b":"12","c":"x: y","d":"","e":"1h","f":"a\nb","g":"null"})"),
            "a: \"yes\"\nb: \"12\"\nc: \"x: y\"\nd: \"\"\ne: \"1h\"\nf: \"a\\nb\"\ng: \"null\"\n");
}

TEST(WriteYaml, KeepsScalarsAndEmptyThings) {
  EXPECT_EQ(yaml_of(R"({"a":1,"b":1.5,"c":true,"d":null,"e":[],"f":{},"y":[[1,2],[]]})"),
            "a: 1\nb: 1.5\nc: true\nd: null\ne: []\nf: {}\n\"y\":\n  - [1, 2]\n  - []\n");
  EXPECT_EQ(yaml_of("3"), "3\n");
}

}  // namespace
}  // namespace bellwether::cli
