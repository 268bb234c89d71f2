#pragma once

#include <string>
#include <string_view>

#include "bellwether/domain/series_key.hpp"

namespace bellwether {

/// What our resources are named by in the AWS dialect, and where people look at them.
struct AwsNames {
  std::string region = "us-east-1";
  std::string account = "000000000000";
  std::string console_url;  ///< Base of links to the console, without a slash at the end.
};

/// `arn:aws:lookoutmetrics:us-east-1:000000000000:AnomalyDetector:shop-hourly`
std::string detector_arn(const AwsNames& names, std::string_view detector);

/// `arn:aws:lookoutmetrics:us-east-1:000000000000:Alert:orders-oncall`
std::string alert_arn(const AwsNames& names, std::string_view alert);

/// The id of one measure of a group, which in the AWS dialect is a group of its own.
std::string measure_group_id(std::string_view group_id, std::string_view measure);

/// The `TimeSeriesId` of a series: 128 hexadecimal digits, the same in whatever group it appears
/// and as long as its detector's name is.
std::string aws_series_id(const std::string& detector, const SeriesKey& key);

}  // namespace bellwether
