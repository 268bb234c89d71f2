#include "bellwether/store/chunk_maker.hpp"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

#include "bellwether/store/interval_log.hpp"

namespace bellwether::store {
namespace {

using Milliseconds = std::chrono::milliseconds;

constexpr Milliseconds failure_pause{60'000};

}  // namespace

class ChunkMaker::Body {
 public:
  Body(IntervalLog& intervals, Complaint complain, Milliseconds idle_pause)
      : intervals_(intervals),
        complain_(std::move(complain)),
        idle_pause_(idle_pause),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}

 private:
  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const auto begin = std::chrono::steady_clock::now();
      const Round round = go_round_safely(stop);
      const auto taken =
          std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - begin);
      Milliseconds pause = round.found_work ? taken : idle_pause_;
      if (round.failed) pause = failure_pause;
      std::unique_lock lock(mutex_);
      // Nothing wakes it but the order to stop.
      wake_.wait_for(lock, stop, pause, [] { return false; });
    }
  }

  struct Round {
    bool found_work = false;
    bool failed = false;
  };

  Round go_round_safely(const std::stop_token& stop) {
    try {
      return go_round(stop);
    } catch (const std::exception& failure) {
      complain_(internal_error(std::string("making chunks: ") + failure.what()));
      return {false, true};
    }
  }

  /// One step of each detector, so that none waits for another's backlog, and the room they left.
  Round go_round(const std::stop_token& stop) {
    Round round;
    const auto detectors = intervals_.detectors();
    if (!detectors) {
      complain_(detectors.error());
      return {false, true};
    }
    for (const std::string& detector : *detectors) {
      if (stop.stop_requested()) return round;
      const auto made = intervals_.make_chunks(detector);
      if (!made) complain_(made.error());
      round.failed |= !made;
      round.found_work |= made && *made;
    }
    const auto reclaimed = intervals_.reclaim_room(stop);
    if (!reclaimed) complain_(reclaimed.error());
    round.failed |= !reclaimed;
    round.found_work |= reclaimed && *reclaimed;
    return round;
  }

  IntervalLog& intervals_;
  const Complaint complain_;
  const Milliseconds idle_pause_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  ///< Last: it uses the others.
};

ChunkMaker::ChunkMaker(IntervalLog& intervals, Complaint complain, Milliseconds idle_pause)
    : body_(std::make_unique<Body>(intervals, std::move(complain), idle_pause)) {}

ChunkMaker::~ChunkMaker() = default;

}  // namespace bellwether::store
