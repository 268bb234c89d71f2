#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace bellwether::sinks {

/// What was noted under a key, for the keys noted last. Nothing may depend on a note being there:
/// it goes with the process, and the oldest go when there are too many.
///
/// Threads  any.
template <class Note>
class RecentNotes {
 public:
  explicit RecentNotes(std::size_t max_notes) : max_notes_(max_notes) {}

  std::optional<Note> find(const std::string& key) const {
    const std::lock_guard lock(mutex_);
    const auto found = places_.find(key);
    if (found == places_.end()) return std::nullopt;
    return found->second->second;
  }

  void put(const std::string& key, Note note) {
    const std::lock_guard lock(mutex_);
    erase(key);
    notes_.emplace_back(key, std::move(note));
    places_[key] = std::prev(notes_.end());
    if (notes_.size() > max_notes_) erase(std::string(notes_.front().first));
  }

  void forget(const std::string& key) {
    const std::lock_guard lock(mutex_);
    erase(key);
  }

 private:
  using Notes = std::list<std::pair<std::string, Note>>;

  void erase(const std::string& key) {
    const auto found = places_.find(key);
    if (found == places_.end()) return;
    notes_.erase(found->second);
    places_.erase(found);
  }

  const std::size_t max_notes_;
  mutable std::mutex mutex_;
  Notes notes_;  ///< Oldest first.
  std::map<std::string, typename Notes::iterator> places_;
};

}  // namespace bellwether::sinks
