#include "answer_queue.hpp"

#include <algorithm>
#include <utility>

namespace bellwether::api {

AnswerQueue::AnswerQueue(std::size_t threads)
    : most_running_(std::max<std::size_t>(threads, 2) - 1) {
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
    if (lane == lanes_.end()) lane = lanes_.insert(lanes_.end(), Lane{caller, kind});
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
    lanes_.splice(lanes_.end(), lanes_, lane);  // The others' turn comes first.
    lock.unlock();
    work();
    work = nullptr;  // What it holds ends before its turn is counted as over.
    lock.lock();
    end(caller, kind);
  }
}

AnswerQueue::Lanes::iterator AnswerQueue::next() {
  return std::ranges::find_if(lanes_, [this](const Lane& lane) {
    return !lane.waiting.empty() && lane.running < most_running_ &&
           (lane.kind != Kind::push || running_pushes_ < most_running_);
  });
}

void AnswerQueue::end(const std::string& caller, Kind kind) {
  const auto lane = find(caller, kind);
  --lane->running;
  if (kind == Kind::push) --running_pushes_;
  if (lane->running == 0 && lane->waiting.empty()) lanes_.erase(lane);
  changed_.notify_all();  // What was held back by a bound may go on, and who stops may see the end.
}

AnswerQueue::Lanes::iterator AnswerQueue::find(const std::string& caller, Kind kind) {
  return std::ranges::find_if(
      lanes_, [&](const Lane& lane) { return lane.caller == caller && lane.kind == kind; });
}

}  // namespace bellwether::api
