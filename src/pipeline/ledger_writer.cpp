#include "ledger_writer.hpp"

#include <exception>
#include <iterator>
#include <string>
#include <utility>

#include "bellwether/base/log.hpp"

namespace bellwether::pipeline {

LedgerWriter::LedgerWriter(Write write, OnWritten on_written, std::chrono::milliseconds retry_pause)
    : write_(std::move(write)),
      on_written_(std::move(on_written)),
      retry_pause_(retry_pause),
      thread_([this] { serve(); }) {}

LedgerWriter::~LedgerWriter() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    has_retries_ = false;
  }
  changed_.notify_one();
  thread_.join();
}

void LedgerWriter::write(std::vector<LaneChange> changes) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.insert(waiting_.end(), std::make_move_iterator(changes.begin()),
                    std::make_move_iterator(changes.end()));
  }
  changed_.notify_one();
}

void LedgerWriter::end_retries() {
  {
    const std::lock_guard lock(mutex_);
    has_retries_ = false;
  }
  changed_.notify_one();
}

void LedgerWriter::serve() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return !waiting_.empty() || is_stopping_; });
    if (waiting_.empty()) return;
    std::vector<LaneChange> changes;
    changes.swap(waiting_);
    lock.unlock();
    try {
      write_patiently(changes);
    } catch (const std::exception& failure) {
      log_error("outbox", std::string("writing how deliveries went: ") + failure.what());
    }
    on_written_(std::move(changes));
    lock.lock();
  }
}

void LedgerWriter::write_patiently(const std::vector<LaneChange>& changes) {
  std::vector<store::DeliveryChange> all;
  all.reserve(changes.size());
  for (const LaneChange& one : changes) all.push_back(one.change);
  bool is_said = false;
  while (true) {
    const auto written = write_(all);
    if (written) return;
    if (!is_retryable(written.error())) break;
    if (!is_said)
      log_error("outbox", written.error().message + "; it is kept and written again",
                {{"deliveries", std::to_string(all.size())}});
    is_said = true;
    if (!pause()) break;
  }
  // One that can never be written must not take the others with it.
  for (const store::DeliveryChange& one : all)
    if (auto written = write_({&one, 1}); !written)
      log_error("outbox",
                "how a delivery went is not written, so it will be sent again: " +
                    written.error().message,
                {{"delivery", one.id}});
}

/// False when there is to be no other attempt.
bool LedgerWriter::pause() {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, retry_pause_, [this] { return !has_retries_; });
}

}  // namespace bellwether::pipeline
