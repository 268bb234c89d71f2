#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "bellwether/base/result.hpp"

namespace bellwether::store {

class IntervalLog;

/// Turns older frames of all detectors into chunks, in the background, as long as it lives, and
/// gives the disk back what that leaves behind.
///
/// It takes small steps and rests after each as long as the step took, so that at most half a core
/// is spent; it waits when there is nothing to do, and longer after a failure.
///
/// Threads  has one of its own.
class ChunkMaker {
 public:
  /// What it tells of each detector it could not go on with.
  using Complaint = std::function<void(const Error&)>;

  /// `intervals` must outlive it. `idle_pause` is how long it waits when there is nothing to do.
  ChunkMaker(IntervalLog& intervals, Complaint complain,
             std::chrono::milliseconds idle_pause = std::chrono::seconds(10));

  /// Waits for the step that is being done; room is not given back to its end.
  ~ChunkMaker();
  ChunkMaker(const ChunkMaker&) = delete;
  ChunkMaker& operator=(const ChunkMaker&) = delete;

 private:
  class Body;
  std::unique_ptr<Body> body_;
};

}  // namespace bellwether::store
