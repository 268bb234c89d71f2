#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <span>
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
/// Failures what the store does not take now, for its disk is full, is kept and written again until
///          it does: else a delivery that was made would stay pending in the ledger.
/// Threads  its own; the others may be called from any.
class LedgerWriter {
 public:
  /// What writes; as store::Outbox::update.
  using Write = std::function<Result<void>(std::span<const store::DeliveryChange>)>;
  /// `on_written` is called by the writing thread with what was written. What can never be written
  /// is logged and reported all the same: after a restart it is sent once more, with the same id.
  using OnWritten = std::function<void(std::vector<LaneChange>)>;

  LedgerWriter(Write write, OnWritten on_written,
               std::chrono::milliseconds retry_pause = std::chrono::seconds(1));

  /// Writes what is left.
  ~LedgerWriter();
  LedgerWriter(const LedgerWriter&) = delete;
  LedgerWriter& operator=(const LedgerWriter&) = delete;

  void write(std::vector<LaneChange> changes);

  /// From now on what fails is not written again: nobody can wait for the disk any more.
  void end_retries();

 private:
  void serve();
  void write_patiently(const std::vector<LaneChange>& changes);
  bool pause();

  const Write write_;
  const OnWritten on_written_;
  const std::chrono::milliseconds retry_pause_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<LaneChange> waiting_;
  bool is_stopping_ = false;
  bool has_retries_ = true;
  std::thread thread_;
};

}  // namespace bellwether::pipeline
