#include "bellwether/base/step_pool.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

#include "bellwether/base/log.hpp"

namespace bellwether {
namespace {

constexpr std::chrono::seconds ask_for_threads_every{1};
constexpr std::chrono::milliseconds shortest_wait{1};
constexpr std::chrono::minutes warn_of_threads_every{1};

}  // namespace

/// Shared with the threads, so that the last of them may leave after the pool is gone.
struct StepPool::Body : std::enable_shared_from_this<Body> {
  using TaskPtr = std::shared_ptr<Task>;
  using Lock = std::unique_lock<std::mutex>;

  Body(std::string pool_name, const Limits& pool_limits)
      : name(std::move(pool_name)), limits(pool_limits) {}

  void begin() {
    const Lock lock(mutex);
    start_worker();
    try {
      start_thread(&Body::keep_time);
    } catch (...) {
      is_stopping = true;  // For the worker, which nobody will ever give work.
      throw;
    }
  }

  void end() {
    Lock lock(mutex);
    is_stopping = true;
    work_or_end.notify_all();
    time_or_end.notify_all();
    changed.wait(lock, [this] { return threads == 0; });
    ready.clear();
    waiting.clear();
  }

  TaskPtr add(Step step, Instant first);
  void wake(Task& task);
  void make_ready(TaskPtr task);
  void make_wait(TaskPtr task, Instant due);
  void serve();
  void keep_time();
  void run_one(Lock& lock);

  // All below with the mutex held.

  /// Steps that run and still count.
  std::size_t prompt_steps(Instant now) const {
    return static_cast<std::size_t>(
        std::distance(running_since.upper_bound(now - limits.prompt_time), running_since.end()));
  }

  bool may_run(Instant now) const {
    return !ready.empty() && prompt_steps(now) < limits.prompt_threads;
  }

  /// Wakes or starts threads for what is ready. False: some of it has to wait for one.
  bool serve_ready(Instant now) {
    const std::size_t prompt = prompt_steps(now);
    if (ready.empty()) return true;
    if (prompt >= limits.prompt_threads) return false;
    const std::size_t wanted = std::min(ready.size(), limits.prompt_threads - prompt);
    work_or_end.notify_one();
    while (idle < wanted)
      if (!add_worker(now)) return false;
    return wanted == ready.size();
  }

  bool add_worker(Instant now) {
    if (now < ask_again_at) return false;
    try {
      start_worker();
      return true;
    } catch (const std::system_error& refusal) {
      ask_again_at = now + ask_for_threads_every;
      if (now >= warn_again_at)
        log_warning("threads", "no more threads can be had for " + name + ", " +
                                   std::to_string(ready.size()) +
                                   " steps wait for one: " + refusal.what() +
                                   "; raise the limit of processes (ulimit -u, TasksMax, "
                                   "pids_limit) or run fewer detectors");
      warn_again_at = std::max(warn_again_at, now + warn_of_threads_every);
      return false;
    }
  }

  /// Counts as idle from the beginning, so that no second one is started for the same work.
  void start_worker() {
    start_thread(&Body::serve);
    ++workers;
    ++idle;
  }

  void start_thread(void (Body::*work)()) {
    std::thread([self = shared_from_this(), work] { (self.get()->*work)(); }).detach();
    ++threads;
  }

  const std::string name;
  const Limits limits;
  std::mutex mutex;
  std::condition_variable work_or_end;  ///< Idle threads wait for it.
  std::condition_variable time_or_end;  ///< The thread that keeps the time.
  std::condition_variable changed;      ///< A task or a thread is over.
  std::deque<TaskPtr> ready;
  std::multimap<Instant, TaskPtr> waiting;
  std::multiset<Instant> running_since;
  std::size_t threads = 0;
  std::size_t workers = 0;  ///< All but the one that keeps the time.
  std::size_t idle = 0;
  Instant ask_again_at{};
  Instant warn_again_at{};
  bool is_stopping = false;
};

struct StepPool::Task::Hidden {
  enum class State { waiting, ready, running, over };

  std::shared_ptr<Body> body;
  Step step;
  State state = State::waiting;
  bool is_woken = false;                                            ///< While it ran.
  std::multimap<Instant, std::shared_ptr<Task>>::iterator place{};  ///< While it waits.
};

using State = StepPool::Task::Hidden::State;

std::shared_ptr<StepPool::Task> StepPool::Body::add(Step step, Instant first) {
  auto hidden = std::make_unique<Task::Hidden>();
  hidden->body = shared_from_this();
  hidden->step = std::move(step);
  auto task = std::make_shared<Task>(std::move(hidden));
  const Lock lock(mutex);
  if (first <= std::chrono::steady_clock::now())
    make_ready(task);
  else
    make_wait(task, first);
  return task;
}

void StepPool::Body::wake(Task& task) {
  const Lock lock(mutex);
  Task::Hidden& hidden = *task.hidden_;
  if (hidden.state == State::running) hidden.is_woken = true;
  if (hidden.state != State::waiting || is_stopping) return;
  TaskPtr woken = std::move(hidden.place->second);
  waiting.erase(hidden.place);
  make_ready(std::move(woken));
}

void StepPool::Body::make_ready(TaskPtr task) {
  task->hidden_->state = State::ready;
  ready.push_back(std::move(task));
  if (!serve_ready(std::chrono::steady_clock::now())) time_or_end.notify_one();
}

void StepPool::Body::make_wait(TaskPtr task, Instant due) {
  Task::Hidden& hidden = *task->hidden_;
  hidden.state = State::waiting;
  hidden.place = waiting.emplace(due, std::move(task));
  if (hidden.place == waiting.begin() && due != when_woken) time_or_end.notify_one();
}

void StepPool::Body::serve() {
  Lock lock(mutex);
  while (true) {
    const bool has_news = work_or_end.wait_for(lock, limits.longest_idle, [this] {
      return is_stopping || may_run(std::chrono::steady_clock::now());
    });
    if (is_stopping || (!has_news && workers > 1 && ready.empty())) break;
    if (!has_news) continue;
    --idle;
    run_one(lock);
    ++idle;
  }
  --idle;
  --workers;
  --threads;
  changed.notify_all();
}

void StepPool::Body::run_one(Lock& lock) {
  const TaskPtr task = std::move(ready.front());
  ready.pop_front();
  Task::Hidden& hidden = *task->hidden_;
  hidden.state = State::running;
  hidden.is_woken = false;
  const auto since = running_since.insert(std::chrono::steady_clock::now());
  lock.unlock();
  Due due;
  try {
    due = hidden.step();
  } catch (...) {
    due.reset();  // Those who care catch it themselves; the others go on.
  }
  if (!due) hidden.step = nullptr;
  lock.lock();
  running_since.erase(since);
  if (!due) {
    hidden.state = State::over;
    changed.notify_all();
  } else if (hidden.is_woken || *due <= std::chrono::steady_clock::now()) {
    make_ready(task);
  } else {
    make_wait(task, *due);
  }
}

/// Makes ready what is due, and finds threads for what is ready when a step turns out to block.
void StepPool::Body::keep_time() {
  Lock lock(mutex);
  while (!is_stopping) {
    const Instant now = std::chrono::steady_clock::now();
    while (!waiting.empty() && waiting.begin()->first <= now) {
      TaskPtr task = std::move(waiting.begin()->second);
      waiting.erase(waiting.begin());
      task->hidden_->state = State::ready;
      ready.push_back(std::move(task));
    }
    Instant next = waiting.empty() ? when_woken : waiting.begin()->first;
    if (!ready.empty()) work_or_end.notify_all();
    if (!serve_ready(now)) {
      // Until a step turns out to block, or it is time to ask for a thread again.
      const auto prompt = running_since.upper_bound(now - limits.prompt_time);
      const bool is_full = prompt_steps(now) >= limits.prompt_threads;
      if (prompt != running_since.end()) next = std::min(next, *prompt + limits.prompt_time);
      if (!is_full) next = std::min(next, std::max(ask_again_at, now + shortest_wait));
    }
    if (next == when_woken)
      time_or_end.wait(lock);
    else
      time_or_end.wait_until(lock, next);
  }
  --threads;
  changed.notify_all();
}

StepPool::StepPool(std::string name, const Limits& limits)
    : body_(std::make_shared<Body>(std::move(name), limits)) {
  body_->begin();
}

StepPool::~StepPool() { body_->end(); }

std::shared_ptr<StepPool::Task> StepPool::start(Step step, Instant first) {
  return body_->add(std::move(step), first);
}

std::size_t StepPool::thread_count() const {
  const std::lock_guard lock(body_->mutex);
  return body_->workers;
}

StepPool::Task::Task(std::unique_ptr<Hidden> hidden) : hidden_(std::move(hidden)) {}
StepPool::Task::~Task() = default;

void StepPool::Task::wake() { hidden_->body->wake(*this); }

bool StepPool::Task::is_over() const {
  const std::lock_guard lock(hidden_->body->mutex);
  return hidden_->state == State::over;
}

void StepPool::Task::wait_until_over() const {
  Body::Lock lock(hidden_->body->mutex);
  hidden_->body->changed.wait(lock, [this] {
    return hidden_->state == State::over ||
           (hidden_->body->is_stopping && hidden_->state != State::running);
  });
}

}  // namespace bellwether
