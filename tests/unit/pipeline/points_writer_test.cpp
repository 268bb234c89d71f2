#include "points_writer.hpp"

#include <array>
#include <limits>
#include <sstream>

#include <gtest/gtest.h>

namespace bellwether::pipeline {
namespace {

constexpr float nothing = std::numeric_limits<float>::quiet_NaN();

TEST(PointsWriter, WritesAnAbsenceThatWasJudgedWithoutAValue) {
  DetectorSpec spec;
  spec.measures = {{"revenue", Aggregate::sum}};
  Dictionary dictionary(spec.dimensions);
  dictionary.add_series({});
  const Frame frame{.interval = 1,
                    .start = parse_rfc3339("2026-03-20T08:00:00Z").value(),
                    .series_count = 1,
                    .measures = {{{std::numeric_limits<double>::quiet_NaN()}, {}}}};
  ScoredFrame scored;
  scored.measures = {{.expected = {9}, .lower = {5}, .upper = {12}, .severity = {80}, .scale = {}}};
  std::ostringstream out;
  PointsWriter(spec, out).write(frame, scored, dictionary);
  EXPECT_EQ(out.str(),
            "timestamp,measure,value,expected,lower,upper,severity\n"
            "2026-03-20T08:00:00Z,revenue,,9,5,12,80\n");
}

TEST(PointsWriter, WritesEveryScoreAndLeavesEmptyWhatIsNotThere) {
  DetectorSpec spec;
  spec.measures = {{"revenue", Aggregate::sum}};
  spec.dimensions = {"country", "shop"};
  Dictionary dictionary(spec.dimensions);
  const ValueId nl = dictionary.add_value(0, "NL");
  const ValueId quoted = dictionary.add_value(1, "Jan \"de\", Delft");
  dictionary.add_series(std::array{nl, quoted});
  dictionary.add_series(std::array{nl, any_value});
  dictionary.add_series(std::array{any_value, any_value});

  const TimePoint start = parse_rfc3339("2026-03-20T08:00:00Z").value();
  const double gap = std::numeric_limits<double>::quiet_NaN();
  const Frame frame{
      .interval = 1, .start = start, .series_count = 3, .measures = {{{0.1, 1e6, gap}, {}}}};
  ScoredFrame scored;
  scored.measures = {{.expected = {nothing, 1.5F, 1},
                      .lower = {nothing, 0.25F, 1},
                      .upper = {nothing, 3, 1},
                      .severity = {nothing, 77.5F, nothing},
                      .scale = {}}};
  std::ostringstream out;
  PointsWriter writer(spec, out);
  writer.write(frame, scored, dictionary);
  EXPECT_EQ(out.str(),
            "timestamp,measure,country,shop,value,expected,lower,upper,severity\n"
            "2026-03-20T08:00:00Z,revenue,NL,\"Jan \"\"de\"\", Delft\",0.1,,,,\n"
            "2026-03-20T08:00:00Z,revenue,NL,*,1e+06,1.5,0.25,3,77.5\n");
}

}  // namespace
}  // namespace bellwether::pipeline
