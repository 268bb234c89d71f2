#include "answer_queue.hpp"

#include <algorithm>
#include <utility>

namespace bellwether::api {

AnswerQueue::AnswerQueue(std::size_t threads, Now now)
    : most_running_(std::max<std::size_t>(threads, 2) - 1), now_(std::move(now)) {
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

AnswerQueue::~AnswerQueue() { stop(); }

Result<void> AnswerQueue::check_room(const std::string& caller) const {
  const std::lock_guard lock(mutex_);
  const auto waiting = waiting_.find(caller);
  if (waiting == waiting_.end() || waiting->second < max_waiting_per_caller) return ok();
  return unavailable(std::to_string(max_waiting_per_caller) + " requests of " + caller +
                     " wait already; try again later");
}

void AnswerQueue::add(const std::string& caller, Kind kind, std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    auto lane = find(caller, kind);
    if (lane == lanes_.end()) {
      const auto known = starts_.find({caller, kind});
      const Duration start = known != starts_.end() ? known->second : Duration(0);
      lane = lanes_.insert(lanes_.end(), Lane{caller, kind, std::max(start, virtual_time_)});
    }
    lane->waiting.push_back(std::move(work));
    ++waiting_[caller];
  }
  changed_.notify_one();
}

void AnswerQueue::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_)
    if (thread.joinable()) thread.join();
}

void AnswerQueue::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    auto lane = lanes_.end();
    changed_.wait(lock, [&] {
      lane = next();
      return lane != lanes_.end() || (is_stopping_ && waiting_.empty());
    });
    if (lane == lanes_.end()) return;
    const std::string caller = lane->caller;
    const Kind kind = lane->kind;
    auto work = std::move(lane->waiting.front());
    lane->waiting.pop_front();
    ++lane->running;
    if (kind == Kind::push) ++running_pushes_;
    if (const auto count = waiting_.find(caller); --count->second == 0) waiting_.erase(count);
    virtual_time_ = std::max(virtual_time_, lane->start);
    const Duration expected = lane->last_took;
    lane->start += expected;
    lanes_.splice(lanes_.end(), lanes_, lane);  // Of equals the others come first.
    lock.unlock();
    const auto began = now_();
    work();
    work = nullptr;  // What it holds ends before its turn is counted as over.
    const Duration took = now_() - began;
    lock.lock();
    end(caller, kind, expected, took);
  }
}

AnswerQueue::Lanes::iterator AnswerQueue::next() {
  auto first = lanes_.end();
  for (auto lane = lanes_.begin(); lane != lanes_.end(); ++lane) {
    const bool may_run = !lane->waiting.empty() && lane->running < most_running_ &&
                         (lane->kind != Kind::push || running_pushes_ < most_running_);
    if (may_run && (first == lanes_.end() || lane->start < first->start)) first = lane;
  }
  return first;
}

void AnswerQueue::end(const std::string& caller, Kind kind, Duration expected, Duration took) {
  const auto lane = find(caller, kind);
  --lane->running;
  if (kind == Kind::push) --running_pushes_;
  lane->start += took - expected;
  lane->last_took = took;
  if (lane->running == 0 && lane->waiting.empty()) {
    remember(*lane);
    lanes_.erase(lane);
  }
  changed_.notify_all();  // What was held back by a bound may go on, and who stops may see the end.
}

/// A caller that comes back is not served before those who used less time meanwhile.
void AnswerQueue::remember(const Lane& lane) {
  starts_[{lane.caller, lane.kind}] = lane.start;
  if (starts_.size() <= max_remembered) return;
  std::erase_if(starts_, [this](const auto& one) { return one.second <= virtual_time_; });
  if (starts_.size() > max_remembered) starts_.clear();
}

AnswerQueue::Lanes::iterator AnswerQueue::find(const std::string& caller, Kind kind) {
  return std::ranges::find_if(
      lanes_, [&](const Lane& lane) { return lane.caller == caller && lane.kind == kind; });
}

}  // namespace bellwether::api
