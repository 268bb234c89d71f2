#include "operations/routing_trace.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "bellwether/alert/gates.hpp"
#include "bellwether/document/spec_documents.hpp"

#include "operations/catalog_documents.hpp"

namespace bellwether::api {
namespace {

using store::CatalogKind;
using Outcome = AlertTrace::Outcome;
using ByAlert = std::map<std::string, AlertTrace>;

constexpr std::size_t most_deliveries = 1000;

Result<void> add_alerts(store::Store& store, const AnomalyGroup& group, Duration interval,
                        ByAlert& traces) {
  const auto alerts = read_entries(store.catalog(), CatalogKind::alert, document::read_alert);
  if (!alerts) return alerts.error();
  for (const auto& alert : *alerts) {
    if (alert.spec.detector != group.detector) continue;
    AlertTrace& trace = traces[alert.spec.name];
    trace.alert = alert.spec.name;
    trace.refusal = alert::why_refused(alert.spec, group, interval);
    const auto changes = store.catalog().audit({"alert", alert.spec.name, 1, ""});
    if (!changes) return changes.error();
    if (!changes->entries.empty()) trace.last_change = changes->entries.front().author;
  }
  return ok();
}

Result<void> add_history(store::Store& store, const AnomalyGroup& group, ByAlert& traces) {
  auto decisions = store.groups().decisions(group.id);
  if (!decisions) return decisions.error();
  for (RoutingDecision& decision : *decisions) {
    AlertTrace& trace = traces[decision.alert];
    trace.alert = decision.alert;
    trace.held_back.push_back(std::move(decision));
  }
  store::DeliveryQuery query;
  query.anomaly = group.id;
  query.limit = most_deliveries;
  auto page = store.outbox().find(query);
  if (!page) return page.error();
  std::ranges::reverse(page->deliveries);
  for (Delivery& delivery : page->deliveries) {
    AlertTrace& trace = traces[delivery.notification.alert];
    trace.alert = delivery.notification.alert;
    trace.deliveries.push_back(std::move(delivery));
  }
  return ok();
}

bool any_is(const AlertTrace& trace, DeliveryState state) {
  return std::ranges::any_of(trace.deliveries,
                             [&](const Delivery& delivery) { return delivery.state == state; });
}

Outcome outcome_of(const AlertTrace& trace) {
  if (any_is(trace, DeliveryState::delivered)) return Outcome::sent;
  if (any_is(trace, DeliveryState::pending)) return Outcome::pending;
  if (!trace.deliveries.empty()) return Outcome::failed;
  if (!trace.held_back.empty()) return Outcome::held_back;
  return trace.refusal ? Outcome::stopped : Outcome::not_told;
}

/// "opened to ops, delivered at 2026-03-20T08:00:03Z at the 2nd attempt".
std::string in_words(const Delivery& delivery) {
  std::string text(to_string(delivery.notification.event));
  text += " to " + delivery.notification.sink + ", ";
  const std::string attempts =
      std::to_string(delivery.attempts) + (delivery.attempts == 1 ? " attempt" : " attempts");
  switch (delivery.state) {
    case DeliveryState::delivered:
      return text + "delivered" +
             (delivery.finished_at ? " at " + to_rfc3339(*delivery.finished_at) : "") + " after " +
             attempts;
    case DeliveryState::pending:
      text += "pending after " + attempts;
      break;
    case DeliveryState::dead:
      text += "given up after " + attempts;
      break;
  }
  return delivery.last_error.empty() ? text : text + ": " + delivery.last_error;
}

std::string in_words(const std::vector<Delivery>& deliveries) {
  std::string text;
  for (const Delivery& delivery : deliveries)
    text += (text.empty() ? "" : "; ") + in_words(delivery);
  return text;
}

}  // namespace

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::sent:
      return "sent";
    case Outcome::pending:
      return "pending";
    case Outcome::failed:
      return "failed";
    case Outcome::held_back:
      return "held_back";
    case Outcome::stopped:
      return "stopped";
    case Outcome::not_told:
      break;
  }
  return "not_told";
}

Result<std::vector<AlertTrace>> trace_group(store::Store& store, const AnomalyGroup& group,
                                            Duration interval) {
  ByAlert by_alert;
  if (auto added = add_alerts(store, group, interval, by_alert); !added) return added.error();
  if (auto added = add_history(store, group, by_alert); !added) return added.error();
  std::vector<AlertTrace> traces;
  for (auto& [name, trace] : by_alert) {
    trace.outcome = outcome_of(trace);
    traces.push_back(std::move(trace));
  }
  return traces;
}

std::string in_words(const AlertTrace& trace, const AnomalyGroup& group) {
  switch (trace.outcome) {
    case Outcome::sent:
      return "It passed, and was told: " + in_words(trace.deliveries) + ".";
    case Outcome::pending:
      return "It passed, and is on its way: " + in_words(trace.deliveries) + ".";
    case Outcome::failed:
      return "It passed, but could not be delivered: " + in_words(trace.deliveries) + ".";
    case Outcome::held_back: {
      const RoutingDecision& last = trace.held_back.back();
      return "It passed the filters and was held back at " +
             std::string(to_string(last.refusal.gate)) + " from " + to_rfc3339(last.time) +
             " on: " + last.refusal.reason + ".";
    }
    case Outcome::stopped:
      return "It was stopped at " + std::string(to_string(trace.refusal->gate)) + ": " +
             trace.refusal->reason + ".";
    case Outcome::not_told:
      break;
  }
  return group.status == GroupStatus::open
             ? "It passes the alert as that is now, and is told of with the next interval."
             : "It would pass the alert as that is now, which it did not while it was open.";
}

}  // namespace bellwether::api
