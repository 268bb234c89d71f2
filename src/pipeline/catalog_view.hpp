#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "bellwether/alert/alert_rules.hpp"
#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/sink_spec.hpp"
#include "bellwether/domain/source_rights.hpp"
#include "bellwether/store/catalog.hpp"

namespace bellwether::pipeline {

/// What a user wants a detector to do.
enum class DesiredState { active, inactive, backtest, deleted };

/// The catalog's documents as values.
struct CatalogView {
  struct Wanted {
    DetectorSpec spec;
    DesiredState state = DesiredState::inactive;
    SourceAuthor author = SourceAuthor::admin;  ///< Whose rights its source has.
    std::uint64_t revision = 0;                 ///< Of the document.
    std::uint64_t order_revision = 0;           ///< Of the user's last order; 0: there was none.
  };

  std::map<std::string, Wanted> detectors;
  alert::AlertRules rules;
  std::vector<ConnectionSpec> connections;
};

/// Reads detectors, connections, alerts, silences and acknowledgements. What was made over the API
/// has an admin's rights, whoever made it: a store may be older than the rules. A document that
/// does not read back is logged and left out: the others go on.
Result<CatalogView> read_catalog(const store::Catalog& catalog);

Result<std::vector<SinkSpec>> read_sinks(const store::Catalog& catalog);

}  // namespace bellwether::pipeline
