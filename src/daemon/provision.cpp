#include "provision.hpp"

#include <algorithm>
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

/// Those that were there before stay, even where the bound was lowered: a server that ran starts.
Result<void> check_count(const Catalog& catalog, const std::vector<Catalog::Change>& changes,
                         std::size_t max_detectors) {
  const auto entries = catalog.list(CatalogKind::detector);
  if (!entries) return entries.error();
  std::size_t count = entries->size();
  for (const Catalog::Change& change : changes) {
    if (change.kind != CatalogKind::detector) continue;
    const bool is_known =
        std::ranges::any_of(*entries, [&](const auto& entry) { return entry.name == change.name; });
    if (!change.document) --count;
    if (change.document && !is_known) ++count;
  }
  if (count <= std::max(max_detectors, entries->size())) return ok();
  return already_exists("with those of the configuration file there would be " +
                        std::to_string(count) + " detectors, and there may be " +
                        std::to_string(max_detectors) + " (server.max_detectors)");
}

}  // namespace

Result<void> provision(Catalog& catalog, const std::vector<DetectorSpec>& detectors,
                       const std::vector<SinkSpec>& sinks, const std::vector<AlertSpec>& alerts,
                       const std::vector<ConnectionSpec>& connections, TimePoint now,
                       std::size_t max_detectors) {
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
  if (added) added = check_count(catalog, changes, max_detectors);
  if (!added) return added;
  return changes.empty() ? ok() : catalog.apply(changes, Author{"configuration file", now});
}

}  // namespace bellwether::daemon
