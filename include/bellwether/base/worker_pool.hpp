#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace bellwether {

/// A fixed set of threads that share loops with whoever calls.
///
/// Threads  `for_each_index` may be called from any thread but those of the pool itself.
class WorkerPool {
 public:
  /// `threads` counts the caller in: 1 starts no thread and runs everything in place.
  explicit WorkerPool(std::size_t threads);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  std::size_t thread_count() const;

  /// Calls `body(index, lane)` once for every index below `count` and returns when all are done.
  /// `lane` is below `thread_count()` and never shared by two calls at once: index scratch by it.
  ///
  /// Order    none among indexes; what must not depend on it may not share state.
  /// Errors   throws what a `body` threw, the first of them, when none runs any more; indexes that
  ///          nobody had begun with are then left out.
  void for_each_index(std::size_t count,
                      const std::function<void(std::size_t index, std::size_t lane)>& body);

 private:
  class Threads;
  std::unique_ptr<Threads> threads_;
};

}  // namespace bellwether
