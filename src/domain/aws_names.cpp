#include "bellwether/domain/aws_names.hpp"

#include "bellwether/base/ids.hpp"

namespace bellwether {
namespace {

/// A UUID has 32 digits; the service sent as many as SHA-512 has.
constexpr int uuids_in_series_id = 4;

std::string arn(const AwsNames& names, std::string_view resource, std::string_view name) {
  std::string text = "arn:aws:lookoutmetrics:" + names.region + ":" + names.account + ":";
  return text.append(resource).append(":").append(name);
}

}  // namespace

std::string detector_arn(const AwsNames& names, std::string_view detector) {
  return arn(names, "AnomalyDetector", detector);
}

std::string alert_arn(const AwsNames& names, std::string_view alert) {
  return arn(names, "Alert", alert);
}

std::string measure_group_id(std::string_view group_id, std::string_view measure) {
  std::string text = "measure_group:";
  // Group ids are of one length, so nothing need keep them and measures apart.
  return stable_uuid(text.append(group_id).append(":").append(measure));
}

std::string aws_series_id(const std::string& detector, const SeriesKey& key) {
  const std::string id = series_id(detector, key);
  std::string digits;
  for (int part = 0; part < uuids_in_series_id; ++part)
    digits += stable_uuid("aws_series:" + std::to_string(part) + ":" + id);
  std::erase(digits, '-');
  return digits;
}

}  // namespace bellwether
