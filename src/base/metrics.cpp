#include "bellwether/base/metrics.hpp"

#include <map>
#include <mutex>
#include <tuple>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace bellwether {

/// prometheus-cpp keeps children alive until they are removed from their family, so what was handed
/// out is listed here to make removal by label possible.
struct Metrics::Registry {
  template <class Child>
  struct Known {
    prometheus::Family<Child>* family;
    Child* child;
    Labels labels;
  };

  mutable std::mutex mutex;
  prometheus::Registry registry;
  std::vector<Known<prometheus::Counter>> counters;
  std::vector<Known<prometheus::Gauge>> gauges;
  std::vector<Known<prometheus::Histogram>> histograms;

  template <class Child, class Builder, class... Extra>
  Child& child_of(std::vector<Known<Child>>& known, Builder builder, const std::string& name,
                  const std::string& help, const Labels& labels, const Extra&... extra) {
    auto& family = builder.Name(name).Help(help).Register(registry);
    auto& child = family.Add(labels, extra...);
    for (const auto& entry : known)
      if (entry.child == &child) return child;
    known.push_back({&family, &child, labels});
    return child;
  }

  template <class Child>
  static void forget(std::vector<Known<Child>>& known, const std::string& label,
                     const std::string& value) {
    std::erase_if(known, [&](const Known<Child>& entry) {
      const auto found = entry.labels.find(label);
      if (found == entry.labels.end() || found->second != value) return false;
      entry.family->Remove(entry.child);
      return true;
    });
  }
};

Metrics::Metrics() : registry_(std::make_unique<Registry>()) {}
Metrics::~Metrics() = default;

void Metrics::add(const std::string& name, const std::string& help, const Labels& labels,
                  double amount) {
  const std::lock_guard lock(registry_->mutex);
  registry_->child_of(registry_->counters, prometheus::BuildCounter(), name, help, labels)
      .Increment(amount);
}

void Metrics::set(const std::string& name, const std::string& help, const Labels& labels,
                  double value) {
  const std::lock_guard lock(registry_->mutex);
  registry_->child_of(registry_->gauges, prometheus::BuildGauge(), name, help, labels).Set(value);
}

void Metrics::observe_seconds(const std::string& name, const std::string& help,
                              const Labels& labels, double seconds) {
  static const prometheus::Histogram::BucketBoundaries buckets{
      0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};
  const std::lock_guard lock(registry_->mutex);
  registry_
      ->child_of(registry_->histograms, prometheus::BuildHistogram(), name, help, labels, buckets)
      .Observe(seconds);
}

void Metrics::forget(const std::string& label, const std::string& value) {
  const std::lock_guard lock(registry_->mutex);
  Registry::forget(registry_->counters, label, value);
  Registry::forget(registry_->gauges, label, value);
  Registry::forget(registry_->histograms, label, value);
}

std::string Metrics::to_text() const {
  const std::lock_guard lock(registry_->mutex);
  return prometheus::TextSerializer().Serialize(registry_->registry.Collect());
}

}  // namespace bellwether
