#pragma once

#include <algorithm>
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
/// Three quarters are for whoever comes first. The last one is kept for those who hold little: from
/// it a detector takes series only until it holds its equal part of that quarter. So the series of
/// one detector, real or junk, cannot keep the others from theirs.
///
/// Threads  any.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::size_t bytes) : bytes_(bytes) {}

  /// Notes what a detector holds now, instead of what it held before.
  void note(const std::string& detector, std::size_t held_bytes);

  void forget(const std::string& detector);

  /// What one more of them may take until it says what it holds: what is left of the three
  /// quarters, in equal parts.
  std::size_t share_of_rest() const;

  /// The same for a detector's series, which may take its part of the last quarter, too.
  std::size_t room_for_series(const std::string& detector) const;

  std::size_t bytes() const { return bytes_; }
  std::size_t held_bytes() const;

 private:
  std::size_t held_locked() const;
  std::size_t share_locked() const;
  std::size_t count_locked() const { return std::max<std::size_t>(held_.size(), 1); }

  const std::size_t bytes_;
  mutable std::mutex mutex_;
  std::map<std::string, std::size_t> held_;
};

}  // namespace bellwether::pipeline
