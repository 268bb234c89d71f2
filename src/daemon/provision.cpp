#include "provision.hpp"

#include <map>
#include <string>
#include <utility>

#include "bellwether/document/json.hpp"
#include "bellwether/document/spec_documents.hpp"

namespace bellwether::daemon {
namespace {

using store::Catalog;
using store::CatalogKind;
using Documents = std::map<std::string, std::string>;

template <class Spec>
Documents documents_of(const std::vector<Spec>& specs, document::Node (*write)(const Spec&)) {
  Documents documents;
  for (const Spec& spec : specs) documents[spec.name] = document::to_json(write(spec));
  return documents;
}

Result<void> add_changes(const Catalog& catalog, CatalogKind kind, std::string_view noun,
                         Documents wanted, std::vector<Catalog::Change>& changes) {
  const auto entries = catalog.list(kind);
  if (!entries) return entries.error();
  for (const auto& entry : *entries) {
    const auto found = wanted.find(entry.name);
    if (found == wanted.end()) {
      if (entry.is_provisioned) changes.push_back({kind, entry.name, std::nullopt, true});
      continue;
    }
    if (!entry.is_provisioned)
      return already_exists(
          std::string(noun) + " '" + entry.name +
          "' of the configuration file was made through the API before; delete it "
          "there or give this one another name");
    if (found->second == entry.document) wanted.erase(found);
  }
  for (auto& [name, document] : wanted) changes.push_back({kind, name, std::move(document), true});
  return ok();
}

}  // namespace

Result<void> provision(Catalog& catalog, const std::vector<DetectorSpec>& detectors,
                       const std::vector<SinkSpec>& sinks, const std::vector<AlertSpec>& alerts,
                       const std::vector<ConnectionSpec>& connections, TimePoint now) {
  std::vector<Catalog::Change> changes;
  auto added = add_changes(catalog, CatalogKind::connection, "connection",
                           documents_of(connections, document::write_connection), changes);
  if (added)
    added = add_changes(catalog, CatalogKind::sink, "sink",
                        documents_of(sinks, document::write_sink), changes);
  if (added)
    added = add_changes(catalog, CatalogKind::detector, "detector",
                        documents_of(detectors, document::write_detector), changes);
  if (added)
    added = add_changes(catalog, CatalogKind::alert, "alert",
                        documents_of(alerts, document::write_alert), changes);
  if (!added) return added;
  return changes.empty() ? ok() : catalog.apply(changes, Author{"configuration file", now});
}

}  // namespace bellwether::daemon
