#include "sending_threads.hpp"

#include <string>
#include <system_error>
#include <utility>

#include "bellwether/base/log.hpp"

namespace bellwether::pipeline {

SendingThreads::SendingThreads(std::chrono::milliseconds longest_idle)
    : longest_idle_(longest_idle) {}

SendingThreads::~SendingThreads() {
  std::map<std::thread::id, std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    threads.swap(threads_);
  }
  changed_.notify_all();
  for (auto& [id, thread] : threads) thread.join();
}

void SendingThreads::run(std::function<void()> work) {
  std::unique_lock lock(mutex_);
  join_ended(lock);
  work_.push_back(std::move(work));
  add_threads();
}

void SendingThreads::retry() {
  const std::lock_guard lock(mutex_);
  if (was_refused_) add_threads();
}

/// With the mutex held. One more call than there are idle threads needs one more thread.
void SendingThreads::add_threads() {
  if (idle_ >= work_.size()) {
    changed_.notify_one();
    return;
  }
  try {
    std::thread thread([this] { serve(); });
    const auto id = thread.get_id();
    threads_.emplace(id, std::move(thread));
    was_refused_ = false;
  } catch (const std::system_error& refusal) {
    if (!std::exchange(was_refused_, true))
      log_warning("outbox",
                  std::string("no more threads can be had to send with, deliveries wait: ") +
                      refusal.what() +
                      "; raise the limit of processes (ulimit -u, TasksMax, "
                      "pids_limit)");
  }
}

std::size_t SendingThreads::count() const {
  const std::lock_guard lock(mutex_);
  return threads_.size() - ended_.size();
}

void SendingThreads::serve() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    const bool has_work =
        changed_.wait_for(lock, longest_idle_, [this] { return !work_.empty() || is_stopping_; });
    --idle_;
    if (work_.empty()) {
      if (!has_work) ended_.push_back(std::this_thread::get_id());
      return;
    }
    const auto work = std::move(work_.front());
    work_.pop_front();
    lock.unlock();
    work();
    lock.lock();
  }
}

void SendingThreads::join_ended(std::unique_lock<std::mutex>& lock) {
  std::vector<std::thread> ended;
  for (const auto id : ended_) {
    const auto found = threads_.find(id);
    if (found == threads_.end()) continue;
    ended.push_back(std::move(found->second));
    threads_.erase(found);
  }
  ended_.clear();
  if (ended.empty()) return;
  // They hold nothing any more but may need the lock to leave.
  lock.unlock();
  for (auto& thread : ended) thread.join();
  lock.lock();
}

}  // namespace bellwether::pipeline
