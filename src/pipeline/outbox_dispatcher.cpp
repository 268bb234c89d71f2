#include "bellwether/pipeline/outbox_dispatcher.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "bellwether/base/log.hpp"

#include "catalog_view.hpp"

namespace bellwether::pipeline {
namespace {

namespace asio = boost::asio;

constexpr std::size_t attempts_at_once = 16;
constexpr std::chrono::milliseconds look_again{100};

}  // namespace

Duration retry_wait(const RetryPolicy& policy, std::uint32_t attempts,
                    std::optional<Duration> retry_after, double random_share) {
  Duration wait = policy.first_wait;
  for (std::uint32_t i = 1; i < attempts && wait < policy.longest_wait; ++i) wait *= 2;
  wait = std::min(wait, policy.longest_wait);
  wait -= std::chrono::duration_cast<Duration>(wait * (random_share / 2));
  return std::max(wait, retry_after.value_or(Duration(0)));
}

class OutboxDispatcher::Body {
 public:
  explicit Body(const DispatcherContext& context) : context_(context), timer_(io_) {
    asio::co_spawn(io_, watch(), asio::detached);
    thread_ = std::jthread([this] { io_.run(); });
  }

  ~Body() {
    asio::post(io_, [this] {
      is_stopping_ = true;
      timer_.cancel();
    });
    // The loop ends when the watch and every attempt have; then nothing uses the pool any more.
    thread_.join();
    pool_.join();
  }
  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;

 private:
  asio::awaitable<void> watch() {
    while (!is_stopping_) {
      start_due_attempts();
      timer_.expires_after(look_again);
      co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
  }

  void start_due_attempts() {
    if (in_flight_.size() >= attempts_at_once) return;
    const auto now = context_.wall_clock.now();
    const auto next = context_.store.outbox().next_due();
    if (!next || *next > now) return;
    refresh_sinks();
    // Those in flight are still listed as due, so ask for as many more.
    auto due = context_.store.outbox().due(now, attempts_at_once + in_flight_.size());
    if (!due) {
      log_error("outbox", due.error().message);
      return;
    }
    for (auto& delivery : *due) {
      if (in_flight_.size() >= attempts_at_once) return;
      if (!in_flight_.insert(delivery.notification.delivery_id).second) continue;
      asio::co_spawn(io_, attempt(std::move(delivery)), asio::detached);
    }
  }

  asio::awaitable<void> attempt(Delivery delivery) {
    const std::string id = delivery.notification.delivery_id;
    const auto found = sinks_.find(delivery.notification.sink);
    const std::shared_ptr<Target> target = found == sinks_.end() ? nullptr : found->second;
    co_await asio::post(asio::bind_executor(pool_, asio::use_awaitable));
    try_once(delivery, target.get());
    co_await asio::post(asio::bind_executor(io_, asio::use_awaitable));
    in_flight_.erase(id);
    timer_.cancel();
  }

  struct Target {
    SinkSpec spec;
    std::unique_ptr<sinks::Sink> sink;
    std::string failure;  ///< Why there is no sink.
  };

  /// Runs on the pool: both sending and writing down how it went block.
  void try_once(Delivery& delivery, const Target* target) {
    const auto began = context_.wall_clock.now();
    sinks::SendOutcome outcome{unavailable("no sink is named '" + delivery.notification.sink + "'"),
                               std::nullopt};
    if (target != nullptr && target->sink) outcome = target->sink->send(delivery.notification);
    if (target != nullptr && !target->sink) outcome.result = unavailable(target->failure);
    ++delivery.attempts;
    const TimePoint now = context_.wall_clock.now();
    conclude(delivery, outcome, target != nullptr ? target->spec.retry : RetryPolicy{}, now);
    if (auto written = context_.store.outbox().update(delivery); !written)
      log_error("outbox", written.error().message,
                {{"delivery", delivery.notification.delivery_id}});
    const std::chrono::duration<double> took = now - began;
    context_.metrics.observe_seconds("bellwether_delivery_attempt_seconds",
                                     "Length of one attempt to deliver.",
                                     {{"sink", delivery.notification.sink}}, took.count());
    context_.metrics.add("bellwether_delivery_attempts_total",
                         "Attempts to deliver, by how they ended.",
                         {{"sink", delivery.notification.sink},
                          {"outcome", outcome.result                          ? "delivered"
                                      : delivery.state == DeliveryState::dead ? "dead"
                                                                              : "retry"}},
                         1);
  }

  void conclude(Delivery& delivery, const sinks::SendOutcome& outcome, const RetryPolicy& policy,
                TimePoint now) {
    if (outcome.result) {
      delivery.state = DeliveryState::delivered;
      delivery.finished_at = now;
      delivery.last_error.clear();
      return;
    }
    delivery.last_error = outcome.result.error().message;
    thread_local std::minstd_rand random{std::random_device{}()};
    const double share = std::uniform_real_distribution<double>(0, 1)(random);
    delivery.next_attempt_at =
        now + retry_wait(policy, delivery.attempts, outcome.retry_after, share);
    const bool is_too_old = delivery.next_attempt_at - delivery.created_at > policy.max_age;
    if (is_retryable(outcome.result.error()) && !is_too_old) return;
    delivery.state = DeliveryState::dead;
    delivery.finished_at = now;
    log_warning("outbox", "gave a delivery up: " + delivery.last_error,
                {{"delivery", delivery.notification.delivery_id},
                 {"alert", delivery.notification.alert},
                 {"sink", delivery.notification.sink}});
  }

  /// Makes the sinks anew after the catalog changed. One that could not be made keeps its
  /// deliveries pending and says why on each.
  void refresh_sinks() {
    const auto revision = context_.store.catalog().revision();
    if (revision == sinks_revision_) return;
    auto specs = read_sinks(context_.store.catalog());
    if (!specs) {
      log_error("outbox", specs.error().message);
      return;
    }
    std::map<std::string, std::shared_ptr<Target>> fresh;
    for (auto& spec : *specs) {
      auto target = std::make_shared<Target>();
      auto made = sinks::make_sink(spec, context_.sinks);
      if (made) {
        target->sink = std::move(*made);
      } else {
        target->failure = made.error().message;
        log_error("outbox", made.error().message, {{"sink", spec.name}});
      }
      target->spec = std::move(spec);
      fresh.emplace(target->spec.name, std::move(target));
    }
    sinks_ = std::move(fresh);
    sinks_revision_ = revision;
  }

  const DispatcherContext context_;
  asio::io_context io_;
  asio::steady_timer timer_;
  asio::thread_pool pool_{attempts_at_once / 2};
  bool is_stopping_ = false;
  std::set<std::string> in_flight_;
  /// Shared with attempts under way, which outlive a reload.
  std::map<std::string, std::shared_ptr<Target>> sinks_;
  std::uint64_t sinks_revision_ = ~std::uint64_t{0};
  std::jthread thread_;
};

OutboxDispatcher::OutboxDispatcher(const DispatcherContext& context)
    : body_(std::make_unique<Body>(context)) {}

OutboxDispatcher::~OutboxDispatcher() = default;

}  // namespace bellwether::pipeline
