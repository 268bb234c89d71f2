#pragma once

#include <mutex>
#include <ostream>
#include <set>
#include <string>

#include "bellwether/base/result.hpp"
#include "bellwether/lab/scenario.hpp"
#include "bellwether/store/store.hpp"

namespace bellwether::daemon {

/// Tells the demo's story on the terminal: groups, deliveries and, at the end, how right it was.
///
/// Threads  any.
class DemoReport {
 public:
  explicit DemoReport(std::ostream& out) : out_(out) {}

  void line(const std::string& text);

  /// Prints the groups that were not there at the call before, oldest first.
  Result<void> print_new_groups(const store::GroupArchive& groups);

  /// `body` is a webhook's.
  void print_delivery(const std::string& body);

  /// Compares every scored leaf with the labels and prints precision, recall and F1.
  Result<void> print_agreement(store::Store& store, const lab::Scenario& scenario);

  std::size_t group_count() const { return seen_.size(); }
  std::size_t delivery_count() const { return deliveries_; }

 private:
  std::ostream& out_;
  std::mutex mutex_;
  std::set<std::string> seen_;
  std::size_t deliveries_ = 0;
};

}  // namespace bellwether::daemon
