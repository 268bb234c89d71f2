#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>

namespace bellwether::pipeline {

/// What all detectors of a process may hold in memory, and who holds what: models, dictionaries,
/// buffers and history windows. The store's caches and the API come on top.
///
/// It is book-keeping, not an allocator: detectors say after each interval what they hold, and keep
/// to what is then left for them.
///
/// Threads  any.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::size_t bytes) : bytes_(bytes) {}

  /// Notes what a detector holds now, instead of what it held before.
  void note(const std::string& detector, std::size_t held_bytes);

  void forget(const std::string& detector);

  /// What one more of them may take until it says what it holds: what is left, in equal parts.
  std::size_t share_of_rest() const;

  std::size_t bytes() const { return bytes_; }
  std::size_t held_bytes() const;

 private:
  std::size_t held_locked() const;

  const std::size_t bytes_;
  mutable std::mutex mutex_;
  std::map<std::string, std::size_t> held_;
};

}  // namespace bellwether::pipeline
