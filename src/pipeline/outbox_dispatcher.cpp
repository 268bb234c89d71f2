#include "bellwether/pipeline/outbox_dispatcher.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "bellwether/base/log.hpp"

#include "delivery_lane.hpp"
#include "delivery_metrics.hpp"
#include "ledger_writer.hpp"
#include "sending_threads.hpp"
#include "sink_book.hpp"

namespace bellwether::pipeline {
namespace {

namespace asio = boost::asio;

/// Of all sinks together. Beyond it every sink still has one, so that none waits for another.
constexpr std::size_t attempts_at_once = 256;
constexpr std::size_t tidied_at_once = 256;

/// What an attempt takes: the delivery as it is read, what is sent of it, and the answer.
constexpr std::size_t attempt_bytes = std::size_t{256} << 10U;

/// One part in so many of server.memory for attempts under way.
constexpr std::size_t attempts_share = 8;
constexpr Duration room_is_tried_again_after{100};
constexpr std::chrono::seconds upkeep_every{1};
constexpr std::chrono::seconds longest_idle{20};
/// What attempts under way get to end by themselves once the server stops; they are made again by
/// the next run, and a supervisor does not wait as long as a sink's timeout may be.
constexpr std::chrono::seconds end_of_attempts{3};

sinks::SinkContext with_stop(sinks::SinkContext context, std::stop_token stop) {
  context.stop = std::move(stop);
  return context;
}

std::string no_sink(const std::string& name) { return "no sink is named '" + name + "'"; }

}  // namespace

/// All members but the threads' own are touched by the loop's thread alone.
class OutboxDispatcher::Body {
 public:
  explicit Body(const DispatcherContext& context)
      : context_(context),
        outbox_(context.store.outbox()),
        metrics_(context.metrics),
        sinks_(context.store.catalog(), with_stop(context.sinks, end_attempts_.get_token())),
        attempt_bytes_("the share of server.memory for deliveries under way",
                       context.bytes.bytes() / attempts_share, context.bytes),
        turn_timer_(io_),
        upkeep_timer_(io_),
        work_(asio::make_work_guard(io_)),
        threads_(longest_idle),
        writer_(
            [this](std::span<const store::DeliveryChange> changes) {
              return outbox_.update(changes);
            },
            [this](std::vector<LaneChange> changes) {
              asio::post(io_, [this, changes = std::move(changes)] { note_written(changes); });
            }) {
    asio::post(io_, [this] { begin(); });
    loop_ = std::thread([this] { run_loop(); });
  }

  ~Body() {
    asio::post(io_, [this] {
      is_stopping_ = true;
      turn_timer_.cancel();
      upkeep_timer_.expires_after(end_of_attempts);
      upkeep_timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) end_attempts_.request_stop();
      });
      writer_.end_retries();
      end_if_done();
    });
    loop_.join();
    // Only now: the loop may have begun to follow after this was asked to end.
    outbox_.follow({});
  }
  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;

 private:
  /// What one handler meets, be it a lack of memory, must not end the process.
  void run_loop() {
    while (true) {
      try {
        io_.run();
        return;
      } catch (const std::exception& failure) {
        log_error("outbox", std::string("sending what is due: ") + failure.what());
      }
    }
  }

  void begin() {
    outbox_.follow([this](std::vector<store::PendingDelivery> deliveries) {
      asio::post(io_, [this, deliveries = std::move(deliveries)]() mutable {
        take(std::move(deliveries));
      });
    });
    refresh_sinks();
    read_pending();
    upkeep();
  }

  /// The lanes as a run before left them. Until this succeeds, only what is new is sent.
  void read_pending() {
    auto pending = outbox_.pending();
    has_read_pending_ = pending.has_value();
    if (pending)
      take(std::move(*pending));
    else
      log_error("outbox", pending.error().message);
  }

  void take(std::vector<store::PendingDelivery> deliveries) {
    if (is_stopping_) return;
    refresh_sinks();
    for (store::PendingDelivery& delivery : deliveries) {
      DeliveryLane& lane = lane_of(delivery.sink);
      lane.add(std::move(delivery));
    }
    turn_all();
  }

  DeliveryLane& lane_of(const std::string& sink) {
    const auto found = lanes_.find(sink);
    if (found != lanes_.end()) return found->second;
    DeliveryLane& lane = lanes_.try_emplace(sink, sink, no_sink(sink)).first->second;
    set_rules(sink, lane);
    return lane;
  }

  void set_rules(const std::string& name, DeliveryLane& lane) {
    const auto sink = sinks_.find(name);
    if (!sink)
      lane.close(no_sink(name));
    else if (!sink->sink)
      lane.close(sink->failure);
    else
      lane.open(sink->spec.retry, sink->spec.limits);
  }

  void refresh_sinks() {
    if (!sinks_.refresh(now())) return;
    for (auto& [name, lane] : lanes_) set_rules(name, lane);
    show_sinks();
  }

  /// A sink that cannot be made, as its secret is missing, shows in `/readyz`.
  void show_sinks() {
    if (context_.health == nullptr) return;
    for (const std::string& name : shown_sinks_) context_.health->forget("sink " + name);
    shown_sinks_.clear();
    for (const auto& [name, sink] : sinks_.all()) {
      context_.health->report_detail("sink " + name, sink->sink != nullptr, sink->failure);
      shown_sinks_.push_back(name);
    }
  }

  /// Once a second: what nobody calls for.
  void upkeep() {
    if (is_stopping_) return;
    refresh_sinks();
    threads_.retry();
    if (!has_read_pending_) read_pending();
    for (auto lane = lanes_.begin(); lane != lanes_.end();) {
      metrics_.lane(lane->first, lane->second.count(), lane->second.is_paused(now()));
      // A sink's lane is kept while there is a sink, for it knows how that fares.
      const bool is_over = lane->second.count() == 0 && !sinks_.find(lane->first);
      lane = is_over ? lanes_.erase(lane) : std::next(lane);
    }
    turn_all();
    upkeep_timer_.expires_after(upkeep_every);
    upkeep_timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) upkeep();
    });
  }

  void turn_all() {
    for (auto& [name, lane] : lanes_) turn(name, lane);
    set_turn_timer();
  }

  void turn(const std::string& name, DeliveryLane& lane) {
    if (is_stopping_) return;
    write(name, lane.tidy(now(), tidied_at_once));
    const auto sink = sinks_.find(name);
    if (!sink || !sink->sink) return;
    while (under_way_ < attempts_at_once || lane.under_way() == 0) {
      // Every sink has one attempt whatever the memory: bodies that wait must not silence alerts.
      auto room = attempt_bytes_.reserve(attempt_bytes);
      lacks_room_ = !room;
      if (!room && lane.under_way() > 0) return;
      auto start = lane.start(now());
      if (!start) return;
      ++under_way_;
      auto held = std::make_shared<ByteReservation>(room ? *std::move(room) : ByteReservation());
      threads_.run([this, start = std::move(*start), sink, held] { attempt_safely(start, *sink); });
    }
  }

  /// An exception fails the attempt, and nothing else.
  void attempt_safely(const LaneStart& start, const OpenSink& sink) {
    const TimePoint began = now();
    try {
      attempt(start, sink);
    } catch (const std::exception& failure) {
      AttemptEnd end{unavailable(std::string("the attempt broke off: ") + failure.what()),
                     std::nullopt, began, now() - began};
      asio::post(io_, [this, id = start.id, name = sink.spec.name, end = std::move(end)] {
        finish(name, id, end);
      });
    }
  }

  /// Runs on a thread of its own: reading, sending and waiting for the answer block.
  void attempt(const LaneStart& start, const OpenSink& sink) {
    const auto delivery = outbox_.get(start.id);
    if (delivery && delivery->state != DeliveryState::pending) return post_drop(start, sink);
    if (!delivery && delivery.error().code == ErrorCode::not_found) return post_drop(start, sink);
    const TimePoint began = now();
    sinks::SendOutcome outcome{ok(), std::nullopt};
    if (delivery) {
      if (start.is_first) metrics_.first_attempt(sink.spec.name, began - start.created_at);
      outcome = sink.sink->send(delivery->notification);
    } else {
      // What it says cannot be read: nothing that another try would mend.
      outcome.result = delivery.error();
    }
    // One that was broken off is not written down: it stays as it was, for the next run.
    if (!outcome.result && end_attempts_.stop_requested()) return post_drop(start, sink);
    AttemptEnd end{std::move(outcome.result), outcome.retry_after, began, now() - began};
    asio::post(io_, [this, id = start.id, name = sink.spec.name, end = std::move(end)] {
      finish(name, id, end);
    });
  }

  void post_drop(const LaneStart& start, const OpenSink& sink) {
    asio::post(io_, [this, id = start.id, name = sink.spec.name] {
      --under_way_;
      lanes_.at(name).drop(id);
      turn_on(name);
    });
  }

  void finish(const std::string& name, const std::string& id, const AttemptEnd& end) {
    --under_way_;
    const double share = std::uniform_real_distribution<double>(0, 1)(random_);
    std::vector<store::DeliveryChange> changes{lanes_.at(name).finish(id, end, now(), share)};
    write(name, std::move(changes));
    turn_on(name);
  }

  void write(const std::string& name, std::vector<store::DeliveryChange> changes) {
    if (changes.empty()) return;
    log_deaths(name, changes);
    std::vector<LaneChange> of_lane;
    for (store::DeliveryChange& change : changes) {
      metrics_.change(name, change);
      of_lane.push_back({name, std::move(change)});
    }
    unwritten_ += of_lane.size();
    writer_.write(std::move(of_lane));
  }

  static void log_deaths(const std::string& name,
                         const std::vector<store::DeliveryChange>& changes) {
    const auto is_dead = [](const store::DeliveryChange& change) {
      return change.state == DeliveryState::dead;
    };
    const auto first = std::ranges::find_if(changes, is_dead);
    if (first == changes.end()) return;
    const auto others = std::ranges::count_if(changes, is_dead) - 1;
    std::string text = "gave a delivery up: " + first->last_error;
    if (others > 0) text += " (and " + std::to_string(others) + " others at once)";
    log_warning("outbox", text, {{"delivery", first->id}, {"sink", name}});
  }

  void note_written(const std::vector<LaneChange>& changes) {
    unwritten_ -= changes.size();
    for (const LaneChange& one : changes) lanes_.at(one.sink).written(one.change);
    if (is_stopping_) return end_if_done();
    turn_all();
  }

  /// After something ended in a lane. Others may have waited for its place.
  void turn_on(const std::string& name) {
    if (is_stopping_) return end_if_done();
    if (under_way_ + 1 >= attempts_at_once) return turn_all();
    turn(name, lanes_.at(name));
    set_turn_timer();
  }

  void set_turn_timer() {
    std::optional<TimePoint> next;
    for (const auto& [name, lane] : lanes_)
      if (const auto turn = lane.next_turn(now())) next = std::min(*turn, next.value_or(*turn));
    if (!next || is_stopping_) return;
    // At the bound of all sinks together only an end lets something begin, and without room others
    // must let go of some.
    const bool may_begin = under_way_ < attempts_at_once && !lacks_room_;
    const Duration shortest = may_begin ? Duration(1) : room_is_tried_again_after;
    turn_timer_.expires_after(std::max(*next - now(), shortest));
    turn_timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) turn_all();
    });
  }

  void end_if_done() {
    if (under_way_ != 0 || unwritten_ != 0) return;
    upkeep_timer_.cancel();
    work_.reset();
  }

  TimePoint now() const { return context_.wall_clock.now(); }

  const DispatcherContext context_;
  store::Outbox& outbox_;
  DeliveryMetrics metrics_;
  std::stop_source end_attempts_;
  SinkBook sinks_;
  ByteBudget attempt_bytes_;
  std::map<std::string, DeliveryLane> lanes_;
  std::vector<std::string> shown_sinks_;
  std::size_t under_way_ = 0;
  std::size_t unwritten_ = 0;
  bool has_read_pending_ = false;
  bool lacks_room_ = false;
  bool is_stopping_ = false;
  std::minstd_rand random_{std::random_device{}()};

  asio::io_context io_;
  asio::steady_timer turn_timer_;
  asio::steady_timer upkeep_timer_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  SendingThreads threads_;
  LedgerWriter writer_;
  std::thread loop_;
};

OutboxDispatcher::OutboxDispatcher(const DispatcherContext& context)
    : body_(std::make_unique<Body>(context)) {}

OutboxDispatcher::~OutboxDispatcher() = default;

}  // namespace bellwether::pipeline
