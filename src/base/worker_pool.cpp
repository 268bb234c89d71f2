#include "bellwether/base/worker_pool.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace bellwether {

using Body = std::function<void(std::size_t, std::size_t)>;

/// One loop runs at a time; callers from different threads queue up at `turn_`.
class WorkerPool::Threads {
 public:
  explicit Threads(std::size_t threads) : count_(std::max<std::size_t>(threads, 1)) {
    for (std::size_t lane = 1; lane < count_; ++lane)
      workers_.emplace_back([this, lane](const std::stop_token& stop) { serve(stop, lane); });
  }

  ~Threads() {
    for (auto& worker : workers_) worker.request_stop();
    wake_.notify_all();
  }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

  std::size_t count() const { return count_; }

  void run(std::size_t count, const Body& body) {
    const std::lock_guard turn(turn_);
    if (count_ == 1 || count <= 1) {
      for (std::size_t index = 0; index < count; ++index) body(index, 0);
      return;
    }
    {
      const std::lock_guard lock(mutex_);
      body_ = &body;
      end_ = count;
      next_ = 0;
      busy_ = count_ - 1;
      ++round_;
    }
    wake_.notify_all();
    take_indexes(0);
    std::unique_lock lock(mutex_);
    done_.wait(lock, [&] { return busy_ == 0; });
    body_ = nullptr;
    if (const auto failure = std::exchange(failure_, nullptr)) std::rethrow_exception(failure);
  }

 private:
  void serve(const std::stop_token& stop, std::size_t lane) {
    std::size_t seen_round = 0;
    while (true) {
      {
        std::unique_lock lock(mutex_);
        if (!wake_.wait(lock, stop, [&] { return round_ != seen_round; })) return;
        seen_round = round_;
      }
      take_indexes(lane);
      const std::lock_guard lock(mutex_);
      if (--busy_ == 0) done_.notify_one();
    }
  }

  /// The first exception is kept for the caller, and nobody begins with another index.
  void take_indexes(std::size_t lane) {
    try {
      for (std::size_t index = next_++; index < end_; index = next_++) (*body_)(index, lane);
    } catch (...) {
      next_ = end_;
      const std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
    }
  }

  const std::size_t count_;
  std::mutex turn_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::condition_variable done_;
  const Body* body_ = nullptr;
  std::atomic<std::size_t> next_ = 0;
  std::size_t end_ = 0;
  std::size_t busy_ = 0;
  std::size_t round_ = 0;
  std::exception_ptr failure_;  ///< What a body threw in this round.
  std::vector<std::jthread> workers_;
};

WorkerPool::WorkerPool(std::size_t threads) : threads_(std::make_unique<Threads>(threads)) {}
WorkerPool::~WorkerPool() = default;

std::size_t WorkerPool::thread_count() const { return threads_->count(); }

void WorkerPool::for_each_index(std::size_t count, const Body& body) { threads_->run(count, body); }

}  // namespace bellwether
