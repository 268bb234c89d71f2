#pragma once

#include <map>
#include <memory>
#include <string>

namespace bellwether {

/// What the process counts about itself, shown at `/metrics` as Prometheus text.
///
/// Threads  any.
/// Cost     a name and its labels are looked up at each call: call per batch or frame, not per row.
class Metrics {
 public:
  using Labels = std::map<std::string, std::string>;

  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// Adds to a counter, made at first use. Names end in `_total`.
  void add(const std::string& name, const std::string& help, const Labels& labels, double amount);

  /// Sets a gauge, made at first use.
  void set(const std::string& name, const std::string& help, const Labels& labels, double value);

  /// Files a duration in seconds into a histogram of buckets from 1 ms to 60 s.
  void observe_seconds(const std::string& name, const std::string& help, const Labels& labels,
                       double seconds);

  /// Forgets every metric that carries the label, for a detector that was deleted.
  void forget(const std::string& label, const std::string& value);

  /// Prometheus text format 0.0.4.
  std::string to_text() const;

 private:
  struct Registry;
  std::unique_ptr<Registry> registry_;
};

}  // namespace bellwether
