#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace bellwether {

/// Runs many tasks on few threads, in steps: a task says after each step when its next one is due,
/// and needs no thread until then. Two steps of one task never run at the same time.
///
/// At most `prompt_threads` steps run at one time, but a step that has taken longer than
/// `prompt_time` no longer counts: a call that blocks keeps its thread, and all other tasks go on
/// with as many threads as before. Where the system gives no more threads, due steps wait for one
/// that is there, and the log says so.
///
/// Threads  any for all members; steps run on its own.
class StepPool {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  /// When a task's next step is due; nothing: the task is over.
  using Due = std::optional<Instant>;

  /// Due when somebody wakes the task, and not before.
  static constexpr Instant when_woken = Instant::max();

  /// Errors   an exception ends the task, as no due time does.
  using Step = std::function<Due()>;

  class Task;

  struct Limits {
    std::size_t prompt_threads = 16;
    std::chrono::milliseconds prompt_time{1000};
    std::chrono::milliseconds longest_idle{20'000};  ///< Then a thread without work ends.
  };

  /// `name` says in the log what the threads are for.
  ///
  /// Errors   throws std::system_error when not even its first threads can be had.
  StepPool(std::string name, const Limits& limits);

  /// Waits for the steps under way; no other is begun.
  ~StepPool();
  StepPool(const StepPool&) = delete;
  StepPool& operator=(const StepPool&) = delete;

  /// A task whose first step is due at `first`.
  std::shared_ptr<Task> start(Step step, Instant first = Instant::min());

  /// Those for steps, at work or idle.
  std::size_t thread_count() const;

 private:
  struct Body;
  std::shared_ptr<Body> body_;
};

/// One task of a pool, which outlives it.
///
/// Threads  any.
class StepPool::Task {
 public:
  struct Hidden;  ///< What the pool knows of it.

  explicit Task(std::unique_ptr<Hidden> hidden);
  ~Task();
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;

  /// Makes the next step due now. One that is under way is followed by another one.
  void wake();

  /// Its last step has returned, and no thread will touch anything of it any more.
  bool is_over() const;

  void wait_until_over() const;

 private:
  friend struct StepPool::Body;
  std::unique_ptr<Hidden> hidden_;
};

}  // namespace bellwether
