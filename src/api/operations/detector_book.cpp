#include "operations/detector_book.hpp"

#include <utility>

#include "bellwether/document/group_documents.hpp"
#include "bellwether/document/spec_documents.hpp"

#include "operations/catalog_documents.hpp"

namespace bellwether::api {

using store::CatalogKind;

Result<std::vector<DetectorView>> DetectorBook::list() const {
  const auto entries = store_.catalog().list(CatalogKind::detector);
  if (!entries) return entries.error();
  std::vector<DetectorView> views;
  for (const auto& entry : *entries) {
    auto view = view_of(entry);
    if (!view) return view.error();
    views.push_back(std::move(*view));
  }
  return views;
}

Result<DetectorView> DetectorBook::get(const std::string& name) const {
  const auto entry = store_.catalog().get(CatalogKind::detector, name);
  if (!entry && entry.error().code == ErrorCode::not_found)
    return not_found("there is no detector '" + name + "'");
  if (!entry) return entry.error();
  return view_of(*entry);
}

Result<SourceRights> DetectorBook::source_rights() const {
  auto connections =
      read_entries(store_.catalog(), CatalogKind::connection, document::read_connection);
  if (!connections) return connections.error();
  SourceRights rights{{}, allow_paths_};
  for (auto& one : *connections) rights.connections.push_back(std::move(one.spec));
  return rights;
}

Result<DetectorView> DetectorBook::create(const DetectorSpec& spec, const std::string& author) {
  const auto order = order_given(spec.name);
  if (!order) return order.error();
  if (*order == Order::remove)
    return already_exists("a detector '" + spec.name + "' is still being deleted; try again soon");
  const std::lock_guard lock(create_mutex_);
  if (auto room = check_room(); !room) return room.error();
  const auto put = store_.catalog().put(CatalogKind::detector, spec.name,
                                        document::to_json(document::write_detector(spec)), false, 0,
                                        author_now(author));
  if (!put && put.error().code == ErrorCode::already_exists)
    return already_exists("there is a detector '" + spec.name + "' already");
  if (!put) return put.error();
  return view_of(*put);
}

Result<DetectorView> DetectorBook::replace(const DetectorSpec& spec,
                                           std::optional<std::uint64_t> revision, bool may_forget,
                                           const std::string& author) {
  const auto before = get(spec.name);
  if (!before) return before.error();
  if (before->is_provisioned) return is_provisioned_error("detector", spec.name);
  if (before->status.state == DetectorState::deleting)
    return already_exists("detector '" + spec.name + "' is being deleted");
  if (!may_forget && !keeps_data(before->spec, spec)) {
    const auto has = has_data(spec.name);
    if (!has) return has.error();
    if (*has)
      return already_exists(
          "a change of interval, measures, dimensions, where, rollups or time zone makes what "
          "detector '" +
          spec.name + "' has stored and learnt meaningless; say forget=true to lose it");
  }
  const auto put = store_.catalog().put(CatalogKind::detector, spec.name,
                                        document::to_json(document::write_detector(spec)), false,
                                        revision.value_or(before->revision), author_now(author));
  if (!put) return put.error();
  return view_of(*put);
}

Result<DetectorView> DetectorBook::give(Order order, const std::string& name,
                                        const std::string& author) {
  auto view = get(name);
  if (!view) return view;
  if (order == Order::remove && view->is_provisioned) return is_provisioned_error("detector", name);
  if (auto allowed = check_order(order, view->status.state); !allowed)
    return while_doing("detector '" + name + "'", allowed.error());
  if (auto given = order == Order::remove ? remove(name, author_now(author))
                                          : note(order, name, author_now(author));
      !given)
    return given.error();
  // A failure that is over is not shown as the state of what was just begun.
  if (view->status.state == DetectorState::failed) view->status.state = DetectorState::inactive;
  view->status.state = visible_state(order, view->status.state);
  return view;
}

Result<std::optional<Order>> DetectorBook::order_given(const std::string& name) const {
  const auto entry = store_.catalog().get(CatalogKind::desired_state, name);
  if (entry) return parse_order(entry->document);
  if (entry.error().code == ErrorCode::not_found) return std::optional<Order>();
  return entry.error();
}

Result<DetectorView> DetectorBook::view_of(const store::CatalogEntry& entry) const {
  auto read = read_entry(entry, document::read_detector);
  if (!read) return read.error();
  DetectorView view{std::move(read->spec), {}, entry.revision, entry.is_provisioned};
  const auto said = store_.catalog().get(CatalogKind::status, entry.name);
  if (!said && said.error().code != ErrorCode::not_found) return said.error();
  if (said) {
    const auto node = document::parse_json(said->document);
    if (!node) return corrupt("status of '" + entry.name + "': " + node.error().message);
    auto status = document::read_status(*node);
    if (!status) return corrupt("status of '" + entry.name + "': " + status.error().message);
    view.status = std::move(*status);
  }
  const auto order = order_given(entry.name);
  if (!order) return order.error();
  view.status.state = visible_state(order_in_force(*order, view.spec), view.status.state);
  return view;
}

Result<bool> DetectorBook::has_data(const std::string& name) const {
  if (store_.inbox().pending_bytes(name) > 0) return true;
  const auto progress = store_.intervals().progress(name);
  if (!progress) return progress.error();
  return progress->intervals > 0;
}

/// Also where the order is as it was: a detector that failed is started again by it.
Result<void> DetectorBook::note(Order order, const std::string& name, const Author& author) {
  const auto put = store_.catalog().put(CatalogKind::desired_state, name,
                                        std::string(to_word(order)), false, {}, author);
  return put ? ok() : Result<void>(put.error());
}

Result<void> DetectorBook::check_room() const {
  const auto entries = store_.catalog().list(CatalogKind::detector);
  if (!entries) return entries.error();
  if (entries->size() < max_detectors_) return ok();
  return already_exists("there are " + std::to_string(entries->size()) +
                        " detectors already, and there may be " + std::to_string(max_detectors_) +
                        "; delete one, or raise server.max_detectors");
}

Result<void> DetectorBook::remove(const std::string& name, const Author& author) {
  const auto alerts = read_entries(store_.catalog(), CatalogKind::alert, document::read_alert);
  if (!alerts) return alerts.error();
  std::vector<store::Catalog::Change> changes{
      {CatalogKind::desired_state, name, std::string(to_word(Order::remove)), false}};
  for (const auto& alert : *alerts)
    if (alert.spec.detector == name && !alert.is_provisioned)
      changes.push_back({CatalogKind::alert, alert.spec.name, std::nullopt, false});
  return store_.catalog().apply(changes, author);
}

}  // namespace bellwether::api
