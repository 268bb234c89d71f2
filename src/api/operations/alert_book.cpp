#include "operations/alert_book.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "bellwether/base/ids.hpp"
#include "bellwether/document/spec_documents.hpp"
#include "bellwether/domain/delivery.hpp"
#include "bellwether/domain/test_group.hpp"
#include "bellwether/domain/text_bounds.hpp"

namespace bellwether::api {
namespace {

using store::CatalogKind;

void check_filters(const AlertFilter& filters, const DetectorSpec& detector, Problems& problems) {
  for (std::size_t i = 0; i < filters.measures.size(); ++i)
    if (std::ranges::find(detector.measures, filters.measures[i], &MeasureSpec::column) ==
        detector.measures.end())
      problems.push_back(
          {"filters.measures[" + std::to_string(i) + "]",
           "detector '" + detector.name + "' has no measure '" + filters.measures[i] + "'"});
  for (const auto& [dimension, values] : filters.dimensions)
    if (std::ranges::find(detector.dimensions, dimension) == detector.dimensions.end())
      problems.push_back({"filters.dimensions." + dimension,
                          "detector '" + detector.name + "' has no dimension '" + dimension + "'"});
}

/// A group as the alert would pass it: its first measure, the first value of each dimension.
AnomalyGroup sample_group(const AlertSpec& alert, const DetectorSpec& detector, TimePoint now) {
  constexpr double expected = 100;
  constexpr double tolerance = 10;
  constexpr double severity = 90;
  GroupSeries series;
  series.key.measure = alert.filters.measures.empty() ? detector.measures.front().column
                                                      : alert.filters.measures.front();
  for (const auto& [dimension, values] : alert.filters.dimensions)
    series.key.dimensions[dimension] = values.front();
  const Duration since_epoch = now.time_since_epoch();
  const TimePoint start(since_epoch - since_epoch % detector.interval - detector.interval);
  series.first = series.last = series.peak = start;
  const bool is_drop = alert.direction == Direction::down;
  series.value = is_drop ? expected / 2 : expected * 2;
  series.expected = expected;
  series.lower = expected - tolerance;
  series.upper = expected + tolerance;
  series.severity = severity;
  series.deviation = series.value - series.expected;
  series.reason = Reason::unusual_value;

  AnomalyGroup group;
  group.id = std::string(test_group_prefix) + random_uuid();
  group.detector = detector.name;
  group.start = group.end = start;
  group.severity = severity;
  group.primary_measure = series.key.measure;
  GroupMeasure measure{series.key.measure, 1, severity, {}};
  for (const auto& [dimension, value] : series.key.dimensions)
    measure.contributions.push_back({dimension, {{value, 100, series.deviation}}});
  group.measures.push_back(std::move(measure));
  group.series.push_back(std::move(series));
  group.series_total = 1;
  return group;
}

}  // namespace

Result<std::vector<AlertBook::View>> AlertBook::list() const {
  return read_entries(store_.catalog(), CatalogKind::alert, document::read_alert);
}

Result<AlertBook::View> AlertBook::get(const std::string& name) const {
  const auto entry = store_.catalog().get(CatalogKind::alert, name);
  if (!entry && entry.error().code == ErrorCode::not_found)
    return not_found("there is no alert '" + name + "'");
  if (!entry) return entry.error();
  return read_entry(*entry, document::read_alert);
}

Result<AlertBook::View> AlertBook::create(const AlertSpec& spec, const std::string& author) {
  const auto put = store_.catalog().put(CatalogKind::alert, spec.name,
                                        document::to_json(document::write_alert(spec)), false, 0,
                                        Author{author, wall_clock_.now()});
  if (!put && put.error().code == ErrorCode::already_exists)
    return already_exists("there is an alert '" + spec.name + "' already");
  if (!put) return put.error();
  return View{spec, put->revision, false};
}

Result<AlertBook::View> AlertBook::replace(const AlertSpec& spec,
                                           std::optional<std::uint64_t> revision,
                                           const std::string& author) {
  const auto before = get(spec.name);
  if (!before) return before.error();
  if (before->is_provisioned) return is_provisioned_error("alert", spec.name);
  const auto put = store_.catalog().put(
      CatalogKind::alert, spec.name, document::to_json(document::write_alert(spec)), false,
      revision.value_or(before->revision), Author{author, wall_clock_.now()});
  if (!put) return put.error();
  return View{spec, put->revision, false};
}

Result<void> AlertBook::remove(const std::string& name, const std::string& author) {
  const auto alert = get(name);
  if (!alert) return alert.error();
  if (alert->is_provisioned) return is_provisioned_error("alert", name);
  return store_.catalog().erase(CatalogKind::alert, name, Author{author, wall_clock_.now()});
}

Result<Problems> AlertBook::problems_of(const AlertSpec& spec) const {
  Problems problems = validate(spec, limits_);
  std::ranges::move(validate_texts(spec), std::back_inserter(problems));
  const auto sinks = store_.catalog().list(CatalogKind::sink);
  if (!sinks) return sinks.error();
  for (std::size_t i = 0; i < spec.sinks.size(); ++i)
    if (std::ranges::find(*sinks, spec.sinks[i], &store::CatalogEntry::name) == sinks->end())
      problems.push_back(
          {"sinks[" + std::to_string(i) + "]",
           "there is no sink '" + spec.sinks[i] + "'; sinks are made in the configuration file"});
  const auto entry = store_.catalog().get(CatalogKind::detector, spec.detector);
  if (!entry && entry.error().code != ErrorCode::not_found) return entry.error();
  if (!entry) {
    problems.push_back({"detector", "there is no detector '" + spec.detector + "'"});
    return problems;
  }
  const auto detector = read_entry(*entry, document::read_detector);
  if (!detector) return detector.error();
  check_filters(spec.filters, detector->spec, problems);
  return problems;
}

Result<std::vector<AlertBook::TestDelivery>> AlertBook::test(const std::string& name) {
  const auto alert = get(name);
  if (!alert) return alert.error();
  const auto entry = store_.catalog().get(CatalogKind::detector, alert->spec.detector);
  if (!entry) return already_exists("its detector '" + alert->spec.detector + "' does not exist");
  const auto detector = read_entry(*entry, document::read_detector);
  if (!detector) return detector.error();

  const TimePoint now = wall_clock_.now();
  Notification notification;
  notification.alert = name;
  notification.detector = detector->spec.name;
  notification.interval = detector->spec.interval;
  notification.caused_at = now;
  notification.group = sample_group(alert->spec, detector->spec, now);
  notification.is_test = true;
  std::vector<TestDelivery> deliveries;
  for (const std::string& sink : alert->spec.sinks) {
    notification.delivery_id = random_uuid();
    notification.sink = sink;
    if (auto added = store_.outbox().add(notification, now); !added) return added.error();
    deliveries.push_back({notification.delivery_id, sink});
  }
  return deliveries;
}

}  // namespace bellwether::api
