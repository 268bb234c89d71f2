#include "bellwether/base/metrics.hpp"

#include <gtest/gtest.h>

namespace bellwether {
namespace {

TEST(Metrics, AreShownAsPrometheusText) {
  Metrics metrics;
  metrics.add("rows_total", "Rows.", {{"detector", "shop"}}, 2);
  metrics.add("rows_total", "Rows.", {{"detector", "shop"}}, 3);
  metrics.set("series", "Series.", {}, 7);
  metrics.observe_seconds("took_seconds", "Time.", {}, 0.02);
  const std::string text = metrics.to_text();
  EXPECT_NE(text.find("rows_total{detector=\"shop\"} 5"), std::string::npos) << text;
  EXPECT_NE(text.find("series 7"), std::string::npos) << text;
  EXPECT_NE(text.find("took_seconds_count 1"), std::string::npos) << text;
}

TEST(Metrics, ForgetADetectorThatIsGone) {
  Metrics metrics;
  metrics.add("rows_total", "Rows.", {{"detector", "shop"}}, 2);
  metrics.add("rows_total", "Rows.", {{"detector", "sensors"}}, 1);
  metrics.forget("detector", "shop");
  EXPECT_EQ(metrics.to_text().find("shop"), std::string::npos);
  EXPECT_NE(metrics.to_text().find("sensors"), std::string::npos);
  metrics.add("rows_total", "Rows.", {{"detector", "shop"}}, 4);
  EXPECT_NE(metrics.to_text().find("rows_total{detector=\"shop\"} 4"), std::string::npos);
}

}  // namespace
}  // namespace bellwether
