#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "bellwether/store/outbox.hpp"

namespace bellwether::pipeline {

/// A change of a delivery, and the lane it came from.
struct LaneChange {
  std::string sink;
  store::DeliveryChange change;
};

/// Writes how deliveries go on. What comes while a write is under way is written with the next one,
/// all at once: a write may have to wait until a commit is on the disk, and then many wait no
/// longer than one.
///
/// Threads  its own; `write` may be called from any.
class LedgerWriter {
 public:
  /// `on_written` is called by the writing thread with what was written. What could not be written
  /// is logged and reported all the same: after a restart it is sent once more, with the same id.
  using OnWritten = std::function<void(std::vector<LaneChange>)>;

  LedgerWriter(store::Outbox& outbox, OnWritten on_written);

  /// Writes what is left.
  ~LedgerWriter();
  LedgerWriter(const LedgerWriter&) = delete;
  LedgerWriter& operator=(const LedgerWriter&) = delete;

  void write(std::vector<LaneChange> changes);

 private:
  void serve();
  void write_now(const std::vector<LaneChange>& changes);

  store::Outbox& outbox_;
  const OnWritten on_written_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<LaneChange> waiting_;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace bellwether::pipeline
