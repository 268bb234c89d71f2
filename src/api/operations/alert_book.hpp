#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bellwether/base/clock.hpp"
#include "bellwether/base/problem.hpp"
#include "bellwether/base/result.hpp"
#include "bellwether/domain/alert_spec.hpp"
#include "bellwether/store/store.hpp"

#include "operations/catalog_documents.hpp"

namespace bellwether::api {

/// Creates, changes and tries out alerts.
///
/// Errors   not_found: no such alert; already_exists: the name is taken, or the configuration file
///          owns it.
/// Threads  any.
class AlertBook {
 public:
  using View = Catalogued<AlertSpec>;

  /// A test's delivery, as it was put into the outbox.
  struct TestDelivery {
    std::string id;
    std::string sink;
  };

  AlertBook(store::Store& store, const Clock& wall_clock, const AlertLimits& limits)
      : store_(store), wall_clock_(wall_clock), limits_(limits) {}

  Result<std::vector<View>> list() const;
  Result<View> get(const std::string& name) const;
  // Each change is remembered, with who made it.
  Result<View> create(const AlertSpec& spec, const std::string& author);
  Result<View> replace(const AlertSpec& spec, std::optional<std::uint64_t> revision,
                       const std::string& author);
  Result<void> remove(const std::string& name, const std::string& author);

  /// What keeps the spec from being taken: what it names and does not exist, and filters beyond the
  /// limits.
  Result<Problems> problems_of(const AlertSpec& spec) const;

  /// Sends a made-up group through each of its sinks, marked as a test.
  Result<std::vector<TestDelivery>> test(const std::string& name);

 private:
  store::Store& store_;
  const Clock& wall_clock_;
  AlertLimits limits_;
};

}  // namespace bellwether::api
