#include "source_watch.hpp"

#include <gtest/gtest.h>

namespace bellwether::pipeline {
namespace {

IntervalQuality an_hour(int hour, SourceHealth source) {
  IntervalQuality quality;
  quality.interval = hour;
  quality.start = parse_rfc3339("2026-03-20T00:00:00Z").value() + std::chrono::hours(hour);
  quality.source = source;
  return quality;
}

TEST(SourceWatch, SaysSinceWhenThereIsNoData) {
  Metrics metrics;
  SourceWatch watch("shop", metrics);
  watch.note(an_hour(0, SourceHealth::healthy));
  EXPECT_EQ(watch.state().text(), "");
  EXPECT_NE(metrics.to_text().find("bellwether_source_silent{detector=\"shop\"} 0"),
            std::string::npos);

  watch.note(an_hour(1, SourceHealth::silent));
  watch.note(an_hour(2, SourceHealth::silent));
  EXPECT_EQ(watch.state().text(), "no data since 2026-03-20T01:00:00Z");
  EXPECT_NE(metrics.to_text().find("bellwether_source_silent{detector=\"shop\"} 1"),
            std::string::npos);

  watch.note(an_hour(3, SourceHealth::partial));
  EXPECT_EQ(watch.state().text(), "most series are missing; in trouble since 2026-03-20T01:00:00Z");
  watch.note(an_hour(4, SourceHealth::healthy));
  EXPECT_EQ(watch.state().text(), "");
  EXPECT_FALSE(watch.state().since);
}

}  // namespace
}  // namespace bellwether::pipeline
