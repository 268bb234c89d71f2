#include <chrono>

#include "bellwether/document/json.hpp"
#include "bellwether/store/store.hpp"

#include "commands.hpp"
#include "exit_code.hpp"
#include "fields.hpp"

namespace bellwether::cli {
namespace {

using store::Catalog;
using store::CatalogKind;

/// The alerts that listen to a detector and were made over the API, which go with it.
Result<void> add_alerts_of(const Catalog& catalog, const std::string& detector,
                           std::vector<Catalog::Change>& changes) {
  const auto alerts = catalog.list(CatalogKind::alert);
  if (!alerts) return alerts.error();
  for (const store::CatalogEntry& alert : *alerts) {
    const auto document = document::parse_json(alert.document);
    if (document && !alert.is_provisioned && text_at(*document, "detector") == detector)
      changes.push_back({CatalogKind::alert, alert.name, std::nullopt, false});
  }
  return ok();
}

Result<void> order(const std::string& data, const DetectorsArguments& arguments) {
  // Opening it for writing would make a store where there is none.
  if (auto found = store::Store::open_read_only(data); !found) return found.error();
  const auto opened = store::Store::open({.path = data});
  if (!opened) return opened.error();
  Catalog& catalog = (*opened)->catalog();
  const auto detector = catalog.get(CatalogKind::detector, arguments.name);
  if (!detector) return detector.error();
  const bool is_deletion = arguments.verb == "delete";
  if (is_deletion && detector->is_provisioned)
    return invalid_input("detector '" + arguments.name +
                         "' comes from the configuration file; take it out there");
  std::vector<Catalog::Change> changes{
      {CatalogKind::desired_state, arguments.name, is_deletion ? "deleted" : "inactive", false}};
  if (is_deletion)
    if (auto added = add_alerts_of(catalog, arguments.name, changes); !added) return added;
  const auto now = std::chrono::floor<Duration>(std::chrono::system_clock::now());
  return catalog.apply(changes, Author{"bellwether detectors", now});
}

}  // namespace

int detectors_offline(const DetectorsArguments& arguments, const Console& console) {
  if (arguments.verb != "deactivate" && arguments.verb != "delete")
    return report(console, invalid_input("with --data a detector can be deactivated or deleted; "
                                         "for '" +
                                         arguments.verb + "' ask the server"));
  if (auto done = order(arguments.data, arguments); !done)
    return report(console, while_doing(arguments.verb + " '" + arguments.name + "' in '" +
                                           arguments.data + "'",
                                       done.error()));
  console.out << arguments.name
              << (arguments.verb == "delete" ? ": will be deleted when the server starts\n"
                                             : ": deactivated\n");
  return exit_ok;
}

}  // namespace bellwether::cli
