#include "aws_message.hpp"

#include <algorithm>
#include <cmath>

namespace bellwether::sinks {

const std::string& measure_of(const Notification& notification) {
  return notification.measure.empty() ? notification.group.primary_measure : notification.measure;
}

double aws_score(const Notification& notification) {
  const auto& measures = notification.group.measures;
  const auto found = std::ranges::find(measures, measure_of(notification), &GroupMeasure::measure);
  const bool is_known = found != measures.end() && found->severity > 0;
  return std::round((is_known ? found->severity : notification.group.severity) * 100) / 100;
}

std::vector<const GroupSeries*> relevant_series(const Notification& notification) {
  std::vector<const GroupSeries*> chosen;
  for (const GroupSeries& series : notification.group.series) {
    if (series.key.measure == measure_of(notification)) chosen.push_back(&series);
    if (chosen.size() == max_aws_series) break;
  }
  return chosen;
}

std::string aws_group_id(const Notification& notification) {
  return measure_group_id(notification.group.id, measure_of(notification));
}

std::string aws_group_url(const Notification& notification, const AwsNames& names) {
  return names.console_url + "/#" + detector_arn(names, notification.detector) +
         "/anomalies/anomaly/" + aws_group_id(notification);
}

}  // namespace bellwether::sinks
