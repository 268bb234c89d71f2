#include "ledger_writer.hpp"

#include <exception>
#include <iterator>
#include <string>
#include <utility>

#include "bellwether/base/log.hpp"

namespace bellwether::pipeline {

LedgerWriter::LedgerWriter(store::Outbox& outbox, OnWritten on_written)
    : outbox_(outbox), on_written_(std::move(on_written)), thread_([this] { serve(); }) {}

LedgerWriter::~LedgerWriter() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
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

void LedgerWriter::serve() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return !waiting_.empty() || is_stopping_; });
    if (waiting_.empty()) return;
    std::vector<LaneChange> changes;
    changes.swap(waiting_);
    lock.unlock();
    try {
      write_now(changes);
    } catch (const std::exception& failure) {
      log_error("outbox", std::string("writing how deliveries went: ") + failure.what());
    }
    on_written_(std::move(changes));
    lock.lock();
  }
}

void LedgerWriter::write_now(const std::vector<LaneChange>& changes) {
  std::vector<store::DeliveryChange> all;
  all.reserve(changes.size());
  for (const LaneChange& one : changes) all.push_back(one.change);
  if (auto written = outbox_.update(all); !written) log_error("outbox", written.error().message);
}

}  // namespace bellwether::pipeline
