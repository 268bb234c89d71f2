#include "delivery_metrics.hpp"

#include <chrono>

namespace bellwether::pipeline {
namespace {

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

const char* outcome_of(DeliveryState state) {
  if (state == DeliveryState::delivered) return "delivered";
  return state == DeliveryState::dead ? "dead" : "retry";
}

}  // namespace

void DeliveryMetrics::first_attempt(const std::string& sink, Duration waited) {
  metrics_.observe_seconds("bellwether_delivery_first_attempt_seconds",
                           "From the commit of a delivery to the beginning of its first attempt.",
                           {{"sink", sink}}, seconds(waited));
}

void DeliveryMetrics::change(const std::string& sink, const store::DeliveryChange& change) {
  if (change.attempt) {
    metrics_.observe_seconds("bellwether_delivery_attempt_seconds",
                             "Length of one attempt to deliver.", {{"sink", sink}},
                             seconds(change.attempt->took));
    metrics_.add("bellwether_delivery_attempts_total", "Attempts to deliver, by how they ended.",
                 {{"sink", sink}, {"outcome", outcome_of(change.state)}}, 1);
  } else if (change.state == DeliveryState::dead) {
    metrics_.add("bellwether_deliveries_expired_total",
                 "Deliveries that were given up because of their age while they waited.",
                 {{"sink", sink}}, 1);
  }
}

void DeliveryMetrics::lane(const std::string& sink, std::size_t pending, bool is_paused) {
  metrics_.set("bellwether_deliveries_pending", "Deliveries that are not delivered or dead yet.",
               {{"sink", sink}}, static_cast<double>(pending));
  metrics_.set("bellwether_sink_paused",
               "Whether nothing is sent for a while, after failures or by the receiver's wish.",
               {{"sink", sink}}, is_paused ? 1 : 0);
}

}  // namespace bellwether::pipeline
