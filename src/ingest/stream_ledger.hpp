#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "bellwether/domain/row_batch.hpp"

namespace bellwether::ingest {

/// Keeps account of how far each stream was taken, and from where it must be read again because
/// rows of it are still in open intervals.
class StreamLedger {
 public:
  using StreamIndex = std::size_t;

  /// An open interval's claim: it holds rows of the stream from this batch on.
  struct Hold {
    StreamIndex stream = 0;
    std::uint64_t first_row = 0;  ///< Of the earliest batch with a row in the interval.
  };

  explicit StreamLedger(const SourcePosition& position);

  /// Names the stream of a batch whose rows are about to be taken.
  StreamIndex begin(const RowBatch& batch);

  /// Rows below `row` were taken.
  void advance(StreamIndex stream, std::uint64_t row);

  /// All of the batch was taken.
  void end(StreamIndex stream, const RowBatch& batch);

  /// Whether the row was taken before the position this began with.
  bool was_seen(StreamIndex stream, std::uint64_t row) const {
    return row < streams_[stream].seen_before;
  }

  /// The same, or in this run: sources hand out anew what they had to begin again.
  bool was_met(StreamIndex stream, std::uint64_t row) const {
    return was_seen(stream, row) || row < streams_[stream].furthest;
  }

  /// Whether every stream has come as far as the position this began with.
  bool is_caught_up() const { return behind_ == 0; }

  /// What has not been read again by now will not come any more.
  void stop_waiting();

  /// An interval got its first row of the stream, from the batch begun last.
  Hold hold(StreamIndex stream);
  void release(const std::vector<Hold>& holds);

  SourcePosition position() const;

 private:
  struct Held {
    std::string resume_at;
    std::size_t intervals = 0;
  };
  struct Stream {
    std::string name;
    std::uint64_t seen_before = 0;
    std::uint64_t taken = 0;
    std::uint64_t furthest = 0;  ///< The most that was taken in this run.
    bool is_behind = false;
    std::string resume_at;  ///< Where the batch at hand began, or the last one ended.
    std::uint64_t resume_row = 0;
    std::map<std::uint64_t, Held> held;  ///< By the batch's first row.
  };

  std::vector<Stream> streams_;
  std::map<std::string, StreamIndex, std::less<>> by_name_;
  std::size_t behind_ = 0;
};

}  // namespace bellwether::ingest
