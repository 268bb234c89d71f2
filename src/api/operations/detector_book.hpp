#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bellwether/base/clock.hpp"
#include "bellwether/base/result.hpp"
#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/detector_status.hpp"
#include "bellwether/domain/source_rights.hpp"
#include "bellwether/store/store.hpp"

#include "operations/detector_life.hpp"

namespace bellwether::api {

/// A detector with all a user may know of it.
struct DetectorView {
  DetectorSpec spec;
  DetectorStatus status;
  std::uint64_t revision = 0;
  bool is_provisioned = false;
};

/// Creates, changes and orders about detectors, by way of the catalog: the pipeline watches it and
/// does what it says.
///
/// Errors   not_found: no such detector; already_exists: it is not in a state that allows this, in
/// a
///          sentence.
/// Threads  any.
class DetectorBook {
 public:
  DetectorBook(store::Store& store, const Clock& wall_clock, std::vector<std::string> allow_paths,
               std::size_t max_detectors = std::numeric_limits<std::size_t>::max())
      : store_(store),
        wall_clock_(wall_clock),
        allow_paths_(std::move(allow_paths)),
        max_detectors_(max_detectors) {}

  Result<std::vector<DetectorView>> list() const;
  Result<DetectorView> get(const std::string& name) const;

  /// What the configuration file lets sources name.
  Result<SourceRights> source_rights() const;

  // Each change and order is remembered, with who made it.

  /// Errors   already_exists: the name is taken, or there are as many detectors as there may be.
  Result<DetectorView> create(const DetectorSpec& spec, const std::string& author);

  /// With `revision` only what stands at it is replaced. A change that makes what was learnt
  /// meaningless needs `may_forget`.
  Result<DetectorView> replace(const DetectorSpec& spec, std::optional<std::uint64_t> revision,
                               bool may_forget, const std::string& author);

  /// Gives an order; deleting takes the alerts that listen to the detector along.
  Result<DetectorView> give(Order order, const std::string& name, const std::string& author);

 private:
  Result<std::optional<Order>> order_given(const std::string& name) const;
  Result<DetectorView> view_of(const store::CatalogEntry& entry) const;
  Result<bool> has_data(const std::string& name) const;
  Result<void> remove(const std::string& name, const Author& author);
  Result<void> note(Order order, const std::string& name, const Author& author);
  Result<void> check_room() const;
  Author author_now(const std::string& name) const { return {name, wall_clock_.now()}; }

  store::Store& store_;
  const Clock& wall_clock_;
  std::vector<std::string> allow_paths_;
  const std::size_t max_detectors_;
  std::mutex create_mutex_;  ///< One creation at a time: each counts what there is.
};

}  // namespace bellwether::api
