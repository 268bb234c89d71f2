#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/interval_grid.hpp"
#include "bellwether/store/interval_log.hpp"

#include "database.hpp"
#include "progress_codec.hpp"

namespace bellwether::store {

// The records of the checkpoints family but for the progress itself.

std::string encode_checkpoint(const BlockCheckpoint& checkpoint);
Result<BlockCheckpoint> decode_checkpoint(std::size_t block, std::string_view record);

/// The state of grouper or router, opaque to the store.
std::string encode_state(std::string_view state);
Result<std::string> decode_state(std::string_view record);

/// The first interval that retention has left.
std::string encode_first_kept(IntervalIndex interval);
Result<IntervalIndex> decode_first_kept(std::string_view record);

/// How far a detector's frames have been turned into chunks.
struct ChunkedRecord {
  IntervalIndex until = 0;  ///< All older intervals are in chunks; begins a stretch.
  /// Of the stretch that begins there, what comes next; those before are written already.
  MeasureIndex next_measure = 0;
  std::size_t next_slab = 0;

  bool operator==(const ChunkedRecord&) const = default;
};
std::string encode_chunked(const ChunkedRecord& chunked);
Result<ChunkedRecord> decode_chunked(std::string_view record);

/// Nothing when none have.
Result<std::optional<ChunkedRecord>> read_chunked(const Database& database,
                                                  std::string_view detector,
                                                  const Snapshot* snapshot = nullptr);

/// Where a detector stands; nothing when it never committed.
Result<std::optional<ProgressRecord>> read_progress(const Database& database,
                                                    std::string_view detector,
                                                    const Snapshot* snapshot = nullptr);

/// The first interval retention has left; the least number there is when it never ran.
Result<IntervalIndex> read_first_kept(const Database& database, std::string_view detector,
                                      const Snapshot* snapshot = nullptr);

}  // namespace bellwether::store
