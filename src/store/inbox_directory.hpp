#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bellwether/base/result.hpp"

namespace bellwether::store {

/// Where a detector's inbox was cut: batches and rows below were given away.
struct InboxCut {
  std::uint64_t sequence = 0;
  std::uint64_t row = 0;

  bool operator==(const InboxCut&) const = default;
};

/// What a trim takes away: all batches before a cut.
struct InboxTaking {
  InboxCut cut;
  std::vector<std::uint64_t> batches;  ///< The sequences of those there are, ascending.
};

/// What the inbox family holds, as far as it must be known at once: the batches of each detector by
/// number, with their sizes, and how far readers may go.
///
/// Batches get their numbers before they are written, side by side; a reader sees a batch only when
/// all before it are written or given up, so it never passes one over.
///
/// Threads  any.
class InboxDirectory {
 public:
  /// The place given to a batch that is about to be written.
  struct Place {
    std::uint64_t sequence = 0;
    std::uint64_t first_row = 0;
  };

  // While the store is opened.
  void restore_batch(const std::string& detector, std::uint64_t sequence, std::uint64_t bytes,
                     std::uint64_t first_row, std::uint64_t end_row);
  void restore_cut(const std::string& detector, InboxCut cut);

  /// Gives the next place, unless more bytes than `max_bytes` would wait. One batch is always
  /// taken, however large, or it could never be.
  std::optional<Place> begin(const std::string& detector, std::uint64_t bytes, std::uint64_t rows,
                             std::uint64_t max_bytes);

  /// The batch at a place is written, or will never be.
  void finish(const std::string& detector, std::uint64_t sequence, bool written);

  /// Waits until nobody else is writing under this key, then holds it until `release_key`.
  void hold_key(const std::string& detector, const std::string& key);
  void release_key(const std::string& detector, const std::string& key);

  /// Readers may see batches below this number.
  std::uint64_t visible_end(const std::string& detector) const;
  /// Waits until there is a visible batch at or after `sequence`.
  bool wait_beyond(const std::string& detector, std::uint64_t sequence,
                   std::chrono::milliseconds timeout) const;

  /// Calls `on_rows` whenever more of a detector's batches became visible, until another one, or
  /// none, takes its place. It is called under a lock: it must be short and must not call back.
  void watch(const std::string& detector, std::function<void()> on_rows);

  /// What a trim at `sequence` will take, for the records that go and the one that keeps the cut;
  /// never backwards, and never beyond what is visible. Nothing when it stands there already.
  std::optional<InboxTaking> taking_at(const std::string& detector, std::uint64_t sequence) const;
  /// Forgets batches before a cut that is written.
  void trim(const std::string& detector, const InboxCut& cut);
  void forget(const std::string& detector);

  std::uint64_t pending_bytes(const std::string& detector) const;

 private:
  struct Entry {
    std::uint64_t bytes = 0;
    std::uint64_t first_row = 0;
  };
  struct Queue {
    std::map<std::uint64_t, Entry> batches;  ///< By sequence; written or being written.
    std::set<std::uint64_t> unwritten;
    InboxCut cut;
    InboxCut next;  ///< The place the next batch will get.
    std::uint64_t bytes = 0;
  };

  const Queue* find(const std::string& detector) const;
  static std::uint64_t visible_end(const Queue& queue);

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::map<std::string, Queue> queues_;
  std::set<std::pair<std::string, std::string>> held_keys_;
  std::map<std::string, std::function<void()>> watchers_;
};

}  // namespace bellwether::store
