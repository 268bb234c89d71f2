#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "bellwether/api/api_server.hpp"
#include "bellwether/base/byte_budget.hpp"
#include "bellwether/base/clock.hpp"
#include "bellwether/base/health.hpp"
#include "bellwether/base/metrics.hpp"
#include "bellwether/base/worker_pool.hpp"
#include "bellwether/config/settings.hpp"
#include "bellwether/net/http_client.hpp"
#include "bellwether/pipeline/detector_host.hpp"
#include "bellwether/pipeline/outbox_dispatcher.hpp"
#include "bellwether/store/chunk_maker.hpp"
#include "bellwether/store/store.hpp"

namespace bellwether::daemon {

/// The whole running server. Building it starts everything; stopping it stops everything, in
/// reverse order: first the API, so that nothing new comes in, then deliveries, detectors and the
/// store.
class House {
 public:
  /// Errors   what the store or the API said; invalid_input when the configuration clashes with
  /// what was
  ///          made through the API. Nothing runs then.
  static Result<std::unique_ptr<House>> build(const config::Settings& settings);

  /// Stops.
  ~House();

  /// Stops everything, and waits until it has ended. Nothing else may be asked of it afterwards.
  void stop();
  House(const House&) = delete;
  House& operator=(const House&) = delete;

  /// For a stop that takes too long, to be called beside `stop` by a thread that then ends the
  /// process: says what has not ended, and brings to the disk what can still be.
  void give_up_stopping();

  /// Takes over another configuration: detectors, sinks, alerts, tokens and log. What cannot change
  /// while running (addresses, paths, clock) is refused, and then nothing changes.
  Result<void> reload(const config::Settings& settings);

  store::Store& store() { return *store_; }
  const Clock& clock() const { return *clock_; }
  std::string url() const { return api_->url(); }
  Duration shutdown_timeout() const { return settings_.server.shutdown_timeout; }

 private:
  explicit House(const config::Settings& settings);
  void stop_next(const char* part);

  config::Settings settings_;
  Metrics metrics_;
  Health health_;
  SystemClock wall_clock_;
  std::unique_ptr<Clock> clock_;
  WorkerPool pool_;
  ByteBudget memory_;
  net::HttpClient http_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<store::ChunkMaker> chunks_;
  std::unique_ptr<pipeline::DetectorHost> detectors_;
  std::unique_ptr<pipeline::OutboxDispatcher> outbox_;
  std::unique_ptr<api::ApiServer> api_;
  std::mutex stopping_mutex_;
  const char* stopping_ = "nothing";  ///< What `stop` is at.
};

}  // namespace bellwether::daemon
