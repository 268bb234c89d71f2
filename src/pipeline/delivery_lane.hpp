#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/sink_spec.hpp"
#include "bellwether/store/outbox.hpp"

#include "sink_pace.hpp"

namespace bellwether::pipeline {

/// An attempt that a lane lets begin.
struct LaneStart {
  std::string id;
  TimePoint created_at{};
  bool is_first = false;  ///< None was made before.
};

/// How an attempt ended.
struct AttemptEnd {
  Result<void> result;
  std::optional<Duration> retry_after;
  TimePoint began{};
  Duration took{};
};

/// The pending deliveries of one sink: which of them may be tried now, and what becomes of each.
/// No threads, no clock, no store: whoever drives it hands in the time, writes its changes to the
/// ledger and says when they are written.
///
///     add -> start -> finish -> (ledger) -> written -> start again, or gone
///
/// Order    deliveries of one group go out in the order of the ledger, the next one when the one
///          before is delivered or dead, and that is written. One about several groups waits for
///          all of them.
/// Tests    what someone ordered to try an alert out goes when nothing else is due.
/// Age      what is pending for longer than `retry.max_age` is dead, whatever it waits for.
/// Cost     O(log n) per delivery and group.
class DeliveryLane {
 public:
  /// A lane without a sink.
  DeliveryLane(std::string sink, std::string reason);

  /// It has a sink, with these rules.
  void open(const RetryPolicy& retry, const SinkLimits& limits);

  /// It has no sink: deliveries wait, each with this reason in its last error.
  void close(std::string reason);

  /// One that it knows already stays as it is.
  void add(store::PendingDelivery delivery);

  /// The next attempt that may begin, if any; to be asked until there is none.
  std::optional<LaneStart> start(TimePoint now);

  /// An attempt has ended. Gives what to write.
  store::DeliveryChange finish(const std::string& id, const AttemptEnd& end, TimePoint now,
                               double random_share);

  /// The ledger knows nothing, or nothing pending, of one that was to be tried.
  void drop(const std::string& id);

  /// Gives up what is too old, and puts down why others have no sink; at most `limit` changes to
  /// write, so that others get their turn.
  std::vector<store::DeliveryChange> tidy(TimePoint now, std::size_t limit);

  /// A change that it gave is in the ledger.
  void written(const store::DeliveryChange& change);

  /// When to ask `tidy` and `start` again if nothing happens meanwhile.
  std::optional<TimePoint> next_turn(TimePoint now) const;

  std::size_t count() const { return entries_.size(); }
  std::size_t under_way() const { return under_way_; }
  bool is_paused(TimePoint now) const { return is_open_ && pace_.is_paused(now); }

 private:
  enum class Stage : std::uint8_t { waiting, under_way, writing };

  struct Entry {
    store::PendingDelivery delivery;
    Stage stage = Stage::waiting;
    TimePoint due{};
    bool is_probe = false;
    bool is_asked_to_wait = false;  ///< By the receiver.
    bool is_listed = false;         ///< In `ready_`.
  };

  /// The deliveries about one group, by their places in the ledger.
  struct Group {
    std::set<std::uint64_t> members;
    std::size_t occupied = 0;  ///< So many are tried, or what became of them is being written.
  };

  /// In front of their groups, by due time.
  using Ready = std::set<std::pair<TimePoint, std::uint64_t>>;

  Ready& ready_for(const Entry& entry);
  void forget_waits_in(const Ready& ready, TimePoint now);
  bool is_in_front(std::uint64_t sequence, const Entry& entry) const;
  void list(std::uint64_t sequence, Entry& entry);
  void unlist(std::uint64_t sequence, Entry& entry);
  void list_fronts_of(const Entry& entry);
  /// Takes one out of all waiting lists; its groups stand still meanwhile.
  void occupy(std::uint64_t sequence, Entry& entry, Stage stage);
  void release(std::uint64_t sequence, Entry& entry);
  void remove(std::uint64_t sequence);
  void forget_waits(TimePoint now);
  std::string why_given_up(std::uint64_t sequence, const Entry& entry, TimePoint now) const;

  std::string sink_;
  bool is_open_ = false;
  std::string reason_;  ///< Why it has no sink.
  RetryPolicy retry_;
  SinkPace pace_;
  std::size_t under_way_ = 0;
  std::string last_failure_;

  std::map<std::uint64_t, Entry> entries_;
  std::unordered_map<std::string, std::uint64_t> sequences_;
  std::unordered_map<std::string, Group> groups_;
  Ready ready_;
  Ready ready_tests_;  ///< Those of tests, which go after all others.
  std::set<std::pair<TimePoint, std::uint64_t>> ages_;  ///< All that wait, by creation.
  std::set<std::uint64_t> unexplained_;                 ///< Without a sink, and not told why yet.
};

}  // namespace bellwether::pipeline
