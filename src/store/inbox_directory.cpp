#include "inbox_directory.hpp"

#include <algorithm>
#include <utility>

namespace bellwether::store {

void InboxDirectory::restore_batch(const std::string& detector, std::uint64_t sequence,
                                   std::uint64_t bytes, std::uint64_t first_row,
                                   std::uint64_t end_row) {
  const std::lock_guard lock(mutex_);
  Queue& queue = queues_[detector];
  queue.batches[sequence] = {bytes, first_row};
  queue.bytes += bytes;
  queue.next.sequence = std::max(queue.next.sequence, sequence + 1);
  queue.next.row = std::max(queue.next.row, end_row);
}

void InboxDirectory::restore_cut(const std::string& detector, InboxCut cut) {
  const std::lock_guard lock(mutex_);
  Queue& queue = queues_[detector];
  queue.cut = cut;
  queue.next.sequence = std::max(queue.next.sequence, cut.sequence);
  queue.next.row = std::max(queue.next.row, cut.row);
}

std::optional<InboxDirectory::Place> InboxDirectory::begin(const std::string& detector,
                                                           std::uint64_t bytes, std::uint64_t rows,
                                                           std::uint64_t max_bytes) {
  const std::lock_guard lock(mutex_);
  Queue& queue = queues_[detector];
  if (!queue.batches.empty() && queue.bytes + bytes > max_bytes) return std::nullopt;
  const Place place{queue.next.sequence, queue.next.row};
  queue.batches[place.sequence] = {bytes, place.first_row};
  queue.unwritten.insert(place.sequence);
  queue.bytes += bytes;
  ++queue.next.sequence;
  queue.next.row += rows;
  return place;
}

void InboxDirectory::finish(const std::string& detector, std::uint64_t sequence, bool written) {
  {
    const std::lock_guard lock(mutex_);
    Queue& queue = queues_[detector];
    const auto found = queue.batches.find(sequence);
    if (found == queue.batches.end()) return;  // The detector was dropped meanwhile.
    queue.unwritten.erase(sequence);
    if (!written) {
      queue.bytes -= found->second.bytes;
      queue.batches.erase(found);
    }
    if (const auto watcher = watchers_.find(detector); watcher != watchers_.end())
      watcher->second();
  }
  changed_.notify_all();
}

void InboxDirectory::hold_key(const std::string& detector, const std::string& key) {
  std::unique_lock lock(mutex_);
  const std::pair held(detector, key);
  changed_.wait(lock, [&] { return !held_keys_.contains(held); });
  held_keys_.insert(held);
}

void InboxDirectory::release_key(const std::string& detector, const std::string& key) {
  {
    const std::lock_guard lock(mutex_);
    held_keys_.erase({detector, key});
  }
  changed_.notify_all();
}

std::uint64_t InboxDirectory::visible_end(const std::string& detector) const {
  const std::lock_guard lock(mutex_);
  const Queue* queue = find(detector);
  return queue == nullptr ? 0 : visible_end(*queue);
}

bool InboxDirectory::wait_beyond(const std::string& detector, std::uint64_t sequence,
                                 std::chrono::milliseconds timeout) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, [&] {
    const Queue* queue = find(detector);
    if (queue == nullptr) return false;
    const auto next = queue->batches.lower_bound(sequence);
    return next != queue->batches.end() && next->first < visible_end(*queue);
  });
}

void InboxDirectory::watch(const std::string& detector, std::function<void()> on_rows) {
  const std::lock_guard lock(mutex_);
  if (on_rows)
    watchers_[detector] = std::move(on_rows);
  else
    watchers_.erase(detector);
}

std::optional<InboxTaking> InboxDirectory::taking_at(const std::string& detector,
                                                     std::uint64_t sequence) const {
  const std::lock_guard lock(mutex_);
  const Queue* queue = find(detector);
  if (queue == nullptr) return std::nullopt;
  const std::uint64_t end = std::min(sequence, visible_end(*queue));
  if (end <= queue->cut.sequence) return std::nullopt;
  InboxTaking taking;
  auto batch = queue->batches.begin();
  for (; batch != queue->batches.end() && batch->first < end; ++batch)
    taking.batches.push_back(batch->first);
  taking.cut = {end, batch == queue->batches.end() ? queue->next.row : batch->second.first_row};
  return taking;
}

void InboxDirectory::trim(const std::string& detector, const InboxCut& cut) {
  const std::lock_guard lock(mutex_);
  Queue& queue = queues_[detector];
  const auto end = queue.batches.lower_bound(cut.sequence);
  for (auto batch = queue.batches.begin(); batch != end; ++batch)
    queue.bytes -= batch->second.bytes;
  queue.batches.erase(queue.batches.begin(), end);
  if (cut.sequence > queue.cut.sequence) queue.cut = cut;
}

void InboxDirectory::forget(const std::string& detector) {
  const std::lock_guard lock(mutex_);
  queues_.erase(detector);
}

std::uint64_t InboxDirectory::pending_bytes(const std::string& detector) const {
  const std::lock_guard lock(mutex_);
  const Queue* queue = find(detector);
  return queue == nullptr ? 0 : queue->bytes;
}

const InboxDirectory::Queue* InboxDirectory::find(const std::string& detector) const {
  const auto found = queues_.find(detector);
  return found == queues_.end() ? nullptr : &found->second;
}

std::uint64_t InboxDirectory::visible_end(const Queue& queue) {
  return queue.unwritten.empty() ? queue.next.sequence : *queue.unwritten.begin();
}

}  // namespace bellwether::store
