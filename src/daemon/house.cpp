#include "house.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include "bellwether/base/log.hpp"

#include "provision.hpp"

namespace bellwether::daemon {
namespace {

std::unique_ptr<Clock> make_clock(const config::ClockSettings& settings) {
  if (settings.mode == config::ClockMode::replay)
    return std::make_unique<ReplayClock>(settings.start, settings.speed);
  return std::make_unique<SystemClock>();
}

std::size_t core_count() { return std::max(1U, std::thread::hardware_concurrency()); }

}  // namespace

House::House(const config::Settings& settings)
    : settings_(settings), clock_(make_clock(settings.clock)), pool_(core_count()) {}

Result<std::unique_ptr<House>> House::build(const config::Settings& settings) {
  std::unique_ptr<House> house(new House(settings));
  auto store = store::Store::open(settings.store);
  if (!store) return store.error();
  house->store_ = std::move(*store);
  house->store_->follow([&health = house->health_](const store::StoreCondition& condition) {
    health.report("store", condition.is_ready, condition.detail);
  });
  house->chunks_ = std::make_unique<store::ChunkMaker>(
      house->store_->intervals(), [](const Error& error) { log_warning("store", error.message); });
  if (auto done = provision(house->store_->catalog(), settings.detectors, settings.sinks,
                            settings.alerts, house->wall_clock_.now());
      !done)
    return done.error();

  auto api = api::ApiServer::start(settings.server, {.store = *house->store_,
                                                     .clock = *house->clock_,
                                                     .wall_clock = house->wall_clock_,
                                                     .metrics = house->metrics_,
                                                     .health = house->health_,
                                                     .alert_limits = settings.alert_limits,
                                                     .retention = settings.store.retention});
  if (!api) return api.error();
  house->api_ = std::move(*api);
  house->detectors_ = std::make_unique<pipeline::DetectorHost>(
      pipeline::HostContext{*house->store_, house->pool_, *house->clock_, house->wall_clock_,
                            house->metrics_, house->health_, settings.aws.defaults(),
                            pipeline::budget_on_this_machine(settings.memory)},
      settings.store.retention);
  const std::string public_url =
      settings.server.public_url.empty() ? house->api_->url() : settings.server.public_url;
  house->outbox_ = std::make_unique<pipeline::OutboxDispatcher>(pipeline::DispatcherContext{
      *house->store_,
      {house->http_, house->wall_clock_, public_url, settings.aws.defaults()},
      house->wall_clock_,
      house->metrics_});
  return house;
}

Result<void> House::reload(const config::Settings& settings) {
  const auto refuse = [](const std::string& what) {
    return invalid_input(what + " cannot change while the server runs; restart it");
  };
  if (settings.server.listen != settings_.server.listen) return refuse("server.listen");
  if (settings.server.tls != settings_.server.tls) return refuse("server.tls");
  if (settings.store.path != settings_.store.path) return refuse("store.path");
  if (settings.clock != settings_.clock) return refuse("clock");
  if (settings.aws.defaults() != settings_.aws.defaults()) return refuse("aws");
  if (settings.memory != settings_.memory) return refuse("memory");
  if (auto done = provision(store_->catalog(), settings.detectors, settings.sinks, settings.alerts,
                            wall_clock_.now());
      !done)
    return done;
  api_->set_tokens(settings.server.tokens);
  configure_log(settings.log);
  settings_ = settings;
  return ok();
}

}  // namespace bellwether::daemon
