#include "aws_payload.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "bellwether/document/json.hpp"

#include "aws_message.hpp"
#include "aws_time.hpp"

namespace bellwether::sinks {
namespace {

using document::Node;

bool holds_any(const DimensionContribution& contribution) {
  return std::ranges::any_of(contribution.values, [](const auto& one) { return one.percent > 0; });
}

Node write_contribution(const DimensionContribution& contribution) {
  const std::vector<int> percents = whole_percents(contribution.values);
  Node::List values;
  for (std::size_t i = 0; i < percents.size(); ++i)
    if (percents[i] > 0)
      values.push_back(Node()
                           .set("dimensionValue", contribution.values[i].value)
                           .set("valueContribution", percents[i]));
  return Node()
      .set("dimensionName", contribution.dimension)
      .set("dimensionValueContributions", std::move(values));
}

Node write_contributions(const Notification& notification) {
  const auto& measures = notification.group.measures;
  const auto found = std::ranges::find(measures, measure_of(notification), &GroupMeasure::measure);
  Node::List list;
  if (found == measures.end()) return list;
  for (const DimensionContribution& contribution : found->contributions)
    if (holds_any(contribution)) list.push_back(write_contribution(contribution));
  return list;
}

Node write_series(const Notification& notification, const GroupSeries& series) {
  Node::List dimensions;
  for (const auto& [name, value] : series.key.dimensions)
    dimensions.push_back(Node().set("dimensionName", name).set("dimensionValue", value));
  return Node()
      .set("timeSeriesId", aws_series_id(notification.detector, series.key))
      .set("dimensions", std::move(dimensions))
      .set("metricValue", std::isfinite(series.value) ? series.value : 0.0);
}

Node write_measure(const Notification& notification) {
  Node::List series;
  for (const GroupSeries* one : relevant_series(notification))
    series.push_back(write_series(notification, *one));
  return Node()
      .set("metricName", measure_of(notification))
      .set("dimensionContribution", write_contributions(notification))
      .set("relevantTimeSeries", std::move(series));
}

}  // namespace

std::string make_aws_payload(const Notification& notification, const AwsNames& names) {
  const std::string group_id = aws_group_id(notification);
  const std::string alert = alert_arn(names, notification.alert);
  const std::string& description = notification.alert_description;
  Node node;
  node.set("anomalyDetectorArn", detector_arn(names, notification.detector));
  node.set("anomalyScore", aws_score(notification));
  node.set("consoleUrl", aws_group_url(notification, names));
  node.set("anomalyGroupId", group_id);
  node.set("alertName", notification.alert);
  node.set("alertArn", alert);
  node.set("alertEventId", alert + ":event/" + group_id);
  node.set("alertDescription", description.empty() ? Node() : Node(description));
  node.set("impactedMetric", write_measure(notification));
  node.set("timestamp", to_zoned_text(interval_start(notification), notification.timezone));
  if (notification.is_test) node.set("test", true);
  return document::to_json(node);
}

std::vector<int> whole_percents(const std::vector<ValueContribution>& values) {
  double sum = 0;
  for (const ValueContribution& value : values) sum += std::max(value.percent, 0.0);
  std::vector<int> percents(values.size(), 0);
  if (!(sum > 0)) return percents;
  std::vector<double> lost;
  int missing = 100;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double percent = std::max(values[i].percent, 0.0) * 100 / sum;
    percents[i] = static_cast<int>(std::floor(percent));
    lost.push_back(percent - std::floor(percent));
    missing -= percents[i];
  }
  std::vector<std::size_t> by_loss(values.size());
  std::iota(by_loss.begin(), by_loss.end(), std::size_t{0});
  std::ranges::stable_sort(by_loss, std::greater(), [&](std::size_t i) { return lost[i]; });
  for (std::size_t i = 0; missing > 0; ++i, --missing) ++percents[by_loss[i % by_loss.size()]];
  return percents;
}

}  // namespace bellwether::sinks
