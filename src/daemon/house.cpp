#include "house.hpp"

#include <algorithm>
#include <string>
#include <string_view>
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
    : settings_(settings),
      clock_(make_clock(settings.clock)),
      pool_(core_count()),
      memory_("server.memory", api::memory_bytes(settings.server)) {}

House::~House() { stop(); }

void House::stop() {
  if (detectors_) detectors_->request_stop();  // While the others end, too.
  stop_next("the API");
  api_.reset();
  stop_next("deliveries");
  outbox_.reset();
  stop_next("detectors");
  // The pointer stays until it has ended: somebody may ask which detectors hang.
  if (detectors_) detectors_->wait_until_ended();
  stop_next("chunks");
  chunks_.reset();
  stop_next("the store");
  detectors_.reset();
  store_.reset();
}

void House::stop_next(const char* part) {
  const std::lock_guard lock(stopping_mutex_);
  stopping_ = part;
}

void House::give_up_stopping() {
  const std::lock_guard lock(stopping_mutex_);
  const bool is_store_there = store_ && detectors_ && stopping_ != std::string_view("the store");
  std::string hanging;
  if (is_store_there)
    for (const std::string& name : detectors_->unfinished())
      hanging += (hanging.empty() ? "" : ", ") + name;
  log_error("daemon",
            "the server has not stopped within server.shutdown_timeout and ends now; what was "
            "accepted is on the disk",
            {{"waiting_for", stopping_}, {"detectors", hanging.empty() ? "none" : hanging}});
  if (!is_store_there) return;
  if (auto synced = store_->sync(); !synced) log_warning("daemon", synced.error().message);
}

Result<std::unique_ptr<House>> House::build(const config::Settings& settings) {
  std::unique_ptr<House> house(new House(settings));
  auto store = store::Store::open(settings.store);
  if (!store) return store.error();
  house->store_ = std::move(*store);
  house->store_->follow([&health = house->health_](const store::StoreCondition& condition) {
    health.report("store", condition.is_ready, condition.detail);
  });
  house->health_.report("catalog", false, "not read yet");
  house->chunks_ = std::make_unique<store::ChunkMaker>(
      house->store_->intervals(), [](const Error& error) { log_warning("store", error.message); });
  if (auto done =
          provision(house->store_->catalog(), settings.detectors, settings.sinks, settings.alerts,
                    settings.connections, house->wall_clock_.now(), settings.server.max_detectors);
      !done)
    return done.error();

  auto api =
      api::ApiServer::start(settings.server, {.store = *house->store_,
                                              .clock = *house->clock_,
                                              .wall_clock = house->wall_clock_,
                                              .metrics = house->metrics_,
                                              .health = house->health_,
                                              .memory = house->memory_,
                                              .alert_limits = settings.alert_limits,
                                              .retention = settings.store.retention,
                                              .allow_paths = settings.server.allow_paths,
                                              .max_detectors = settings.server.max_detectors});
  if (!api) return api.error();
  house->api_ = std::move(*api);
  house->health_.report("api", true);
  house->detectors_ = std::make_unique<pipeline::DetectorHost>(
      pipeline::HostContext{
          *house->store_, house->pool_, *house->clock_, house->wall_clock_, house->metrics_,
          house->health_, house->memory_, settings.aws.defaults(),
          pipeline::budget_on_this_machine(settings.memory), settings.server.allow_paths},
      settings.store.retention);
  const std::string public_url =
      settings.server.public_url.empty() ? house->api_->url() : settings.server.public_url;
  house->outbox_ = std::make_unique<pipeline::OutboxDispatcher>(pipeline::DispatcherContext{
      *house->store_,
      {house->http_, house->wall_clock_, public_url, settings.aws.defaults()},
      house->wall_clock_,
      house->metrics_,
      house->memory_,
      &house->health_});
  return house;
}

Result<void> House::reload(const config::Settings& settings) {
  const auto refuse = [](const std::string& what) {
    return invalid_input(what + " cannot change while the server runs; restart it");
  };
  if (settings.server.listen != settings_.server.listen) return refuse("server.listen");
  if (settings.server.tls != settings_.server.tls) return refuse("server.tls");
  if (settings.server.memory != settings_.server.memory) return refuse("server.memory");
  if (settings.server.allow_paths != settings_.server.allow_paths)
    return refuse("server.allow_paths");
  if (settings.store.path != settings_.store.path) return refuse("store.path");
  if (settings.server.max_detectors != settings_.server.max_detectors)
    return refuse("server.max_detectors");
  if (settings.clock != settings_.clock) return refuse("clock");
  if (settings.aws.defaults() != settings_.aws.defaults()) return refuse("aws");
  if (settings.memory != settings_.memory) return refuse("memory");
  if (auto done = api_->reload_certificate(); !done) return done;
  if (auto done = provision(store_->catalog(), settings.detectors, settings.sinks, settings.alerts,
                            settings.connections, wall_clock_.now(), settings.server.max_detectors);
      !done)
    return done;
  api_->set_tokens(settings.server.tokens);
  configure_log(settings.log);
  settings_ = settings;
  return ok();
}

}  // namespace bellwether::daemon
