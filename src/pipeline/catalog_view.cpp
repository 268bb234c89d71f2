#include "catalog_view.hpp"

#include <utility>

#include "bellwether/base/log.hpp"
#include "bellwether/document/json.hpp"
#include "bellwether/document/spec_documents.hpp"
#include "bellwether/ingest/time_zone_database.hpp"

namespace bellwether::pipeline {
namespace {

using store::Catalog;
using store::CatalogEntry;
using store::CatalogKind;

/// Reads every document of a kind and hands each good one to `take`.
template <class Spec, class Take>
Result<void> read_all(const Catalog& catalog, CatalogKind kind, Spec (*read)(document::Section&),
                      Take take) {
  const auto entries = catalog.list(kind);
  if (!entries) return entries.error();
  for (const CatalogEntry& entry : *entries) {
    const auto node = document::parse_json(entry.document);
    if (!node) {
      log_error("catalog", node.error().message, {{"name", entry.name}});
      continue;
    }
    Problems problems;
    document::Section section(*node, "", problems);
    Spec spec = read(section);
    if (problems.empty()) {
      take(entry, std::move(spec));
    } else {
      log_error("catalog", problems.front().field + ": " + problems.front().message,
                {{"name", entry.name}});
    }
  }
  return ok();
}

DesiredState parse_desired(std::string_view word) {
  if (word == "active") return DesiredState::active;
  if (word == "backtest") return DesiredState::backtest;
  if (word == "deleted") return DesiredState::deleted;
  return DesiredState::inactive;
}

/// A silence whose time zone is not known to this host mutes nothing.
void add_silence(const CatalogEntry& entry, Silence silence, alert::AlertRules& rules) {
  alert::ZonedSilence zoned{std::move(silence), {}};
  if (zoned.silence.recurring) {
    auto zone = ingest::load_time_zone(zoned.silence.recurring->timezone);
    if (!zone) return log_error("catalog", zone.error().message, {{"silence", entry.name}});
    zoned.zone = std::move(*zone);
  }
  rules.silences.push_back(std::move(zoned));
}

Result<void> read_rules(const Catalog& catalog, alert::AlertRules& rules) {
  auto read = read_all(
      catalog, CatalogKind::alert, document::read_alert,
      [&](const CatalogEntry&, AlertSpec spec) { rules.alerts.push_back(std::move(spec)); });
  if (!read) return read;
  read = read_all(catalog, CatalogKind::silence, document::read_silence,
                  [&](const CatalogEntry& entry, Silence silence) {
                    add_silence(entry, std::move(silence), rules);
                  });
  if (!read) return read;
  const auto acknowledgements = catalog.list(CatalogKind::acknowledgement);
  if (!acknowledgements) return acknowledgements.error();
  for (const CatalogEntry& entry : *acknowledgements) rules.acknowledged.insert(entry.name);
  return ok();
}

}  // namespace

Result<CatalogView> read_catalog(const Catalog& catalog) {
  CatalogView view;
  auto read = read_all(
      catalog, CatalogKind::detector, document::read_detector,
      [&](const CatalogEntry& entry, DetectorSpec spec) {
        const auto state = spec.active ? DesiredState::active : DesiredState::inactive;
        const auto author =
            entry.is_provisioned ? SourceAuthor::configuration : SourceAuthor::admin;
        view.detectors[entry.name] = {
            .spec = std::move(spec), .state = state, .author = author, .revision = entry.revision};
      });
  if (!read) return read.error();
  read = read_all(catalog, CatalogKind::connection, document::read_connection,
                  [&](const CatalogEntry&, ConnectionSpec connection) {
                    view.connections.push_back(std::move(connection));
                  });
  if (!read) return read.error();
  const auto orders = catalog.list(CatalogKind::desired_state);
  if (!orders) return orders.error();
  for (const CatalogEntry& order : *orders) {
    // An order may outlive its detector's document: a deletion is finished after a restart.
    auto [wanted, is_new] = view.detectors.try_emplace(order.name);
    if (is_new) wanted->second.spec.name = order.name;
    wanted->second.state = parse_desired(order.document);
    wanted->second.order_revision = order.revision;
    if (is_new && wanted->second.state != DesiredState::deleted) view.detectors.erase(wanted);
  }
  if (auto rules = read_rules(catalog, view.rules); !rules) return rules.error();
  return view;
}

Result<std::vector<SinkSpec>> read_sinks(const Catalog& catalog) {
  std::vector<SinkSpec> sinks;
  auto read =
      read_all(catalog, CatalogKind::sink, document::read_sink,
               [&](const CatalogEntry&, SinkSpec spec) { sinks.push_back(std::move(spec)); });
  if (!read) return read.error();
  return sinks;
}

}  // namespace bellwether::pipeline
