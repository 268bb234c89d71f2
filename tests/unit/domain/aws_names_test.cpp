#include "bellwether/domain/aws_names.hpp"

#include <gtest/gtest.h>

namespace bellwether {
namespace {

TEST(AwsNames, NameDetectorsAndAlerts) {
  const AwsNames names{"eu-west-1", "111122223333", ""};

  EXPECT_EQ(detector_arn(names, "shop"),
            "arn:aws:lookoutmetrics:eu-west-1:111122223333:AnomalyDetector:shop");
  EXPECT_EQ(alert_arn(names, "oncall"),
            "arn:aws:lookoutmetrics:eu-west-1:111122223333:Alert:oncall");
}

// Clients keep these ids: they must never change.

TEST(MeasureGroupId, IsAUuidOfGroupAndMeasure) {
  const std::string group = "6f1c7d7e-0000-5000-8000-000000000002";

  EXPECT_EQ(measure_group_id(group, "orders"), "49f50926-ff19-51e4-b942-14392d8e5d7b");
  EXPECT_NE(measure_group_id(group, "orders"), measure_group_id(group, "revenue"));
}

TEST(AwsSeriesId, Is128DigitsOfDetectorAndSeries) {
  const SeriesKey key{"orders", {{"country", "NL"}}};

  EXPECT_EQ(aws_series_id("shop", key),
            "363226a224635eed9591fec84e8fb270334ef258ee50502189f76137875a8d4e"
            "380d5249d00e5fa1969a43213e418e6323e4bc64202b52cc967798190f6d62f1");
  EXPECT_EQ(aws_series_id("shop", key).size(), 128U);
  EXPECT_EQ(aws_series_id("shop", key).find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_NE(aws_series_id("shop", key), aws_series_id("mall", key));
  EXPECT_NE(aws_series_id("shop", key), aws_series_id("shop", {"revenue", key.dimensions}));
}

}  // namespace
}  // namespace bellwether
