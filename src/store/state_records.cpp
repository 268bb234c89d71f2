#include "state_records.hpp"

#include <limits>

#include "bellwether/base/bytes.hpp"

#include "detector_keys.hpp"

namespace bellwether::store {
namespace {

constexpr std::uint8_t checkpoint_version = 1;
constexpr std::uint8_t state_version = 1;
constexpr std::uint8_t first_kept_version = 1;
constexpr std::uint8_t chunked_version = 1;
constexpr std::size_t checkpoint_head_bytes = 9;

std::string of_detector(std::string_view detector) {
  return "detector '" + std::string(detector) + "'";
}

}  // namespace

std::string encode_checkpoint(const BlockCheckpoint& checkpoint) {
  ByteWriter writer;
  writer.put(checkpoint_version);
  writer.put(checkpoint.interval);
  return writer.take() + checkpoint.bytes;
}

Result<BlockCheckpoint> decode_checkpoint(std::size_t block, std::string_view record) {
  ByteReader reader(record);
  const auto version = reader.get<std::uint8_t>();
  const auto interval = reader.get<IntervalIndex>();
  if (reader.failed() || version != checkpoint_version)
    return corrupt("the checkpoint of block " + std::to_string(block) + " has an unknown version");
  return BlockCheckpoint{block, interval, std::string(record.substr(checkpoint_head_bytes))};
}

std::string encode_state(std::string_view state) {
  return std::string(1, static_cast<char>(state_version)).append(state);
}

Result<std::string> decode_state(std::string_view record) {
  if (record.empty() || record.front() != static_cast<char>(state_version))
    return corrupt("the state of grouper or router has an unknown version");
  return std::string(record.substr(1));
}

std::string encode_first_kept(IntervalIndex interval) {
  ByteWriter writer;
  writer.put(first_kept_version);
  writer.put(interval);
  return writer.take();
}

Result<IntervalIndex> decode_first_kept(std::string_view record) {
  ByteReader reader(record);
  const auto version = reader.get<std::uint8_t>();
  const auto interval = reader.get<IntervalIndex>();
  if (!reader.is_complete() || version != first_kept_version)
    return corrupt("the record of what retention has left does not decode");
  return interval;
}

std::string encode_chunked(const ChunkedRecord& chunked) {
  ByteWriter writer;
  writer.put(chunked_version);
  writer.put(chunked.until);
  writer.put_varint(chunked.next_measure);
  writer.put_varint(chunked.next_slab);
  return writer.take();
}

Result<ChunkedRecord> decode_chunked(std::string_view record) {
  ByteReader reader(record);
  const auto version = reader.get<std::uint8_t>();
  ChunkedRecord chunked;
  chunked.until = reader.get<IntervalIndex>();
  chunked.next_measure = reader.get_varint();
  chunked.next_slab = reader.get_varint();
  if (!reader.is_complete() || version != chunked_version ||
      stretch_begin(stretch_of(chunked.until)) != chunked.until)
    return corrupt("the record of what has been turned into chunks does not decode");
  return chunked;
}

Result<std::optional<ChunkedRecord>> read_chunked(const Database& database,
                                                  std::string_view detector,
                                                  const Snapshot* snapshot) {
  const auto record =
      database.get(Family::checkpoints, state_key(detector, chunked_letter), snapshot);
  if (!record) return while_doing(of_detector(detector), record.error());
  if (!*record) return std::optional<ChunkedRecord>();
  const auto chunked = decode_chunked(**record);
  if (!chunked) return while_doing(of_detector(detector), chunked.error());
  return std::optional(*chunked);
}

Result<std::optional<ProgressRecord>> read_progress(const Database& database,
                                                    std::string_view detector,
                                                    const Snapshot* snapshot) {
  const auto record =
      database.get(Family::checkpoints, state_key(detector, progress_letter), snapshot);
  if (!record) return while_doing(of_detector(detector), record.error());
  if (!*record) return std::optional<ProgressRecord>();
  auto progress = decode_progress(**record);
  if (!progress) return while_doing(of_detector(detector), progress.error());
  return std::optional(std::move(*progress));
}

Result<IntervalIndex> read_first_kept(const Database& database, std::string_view detector,
                                      const Snapshot* snapshot) {
  const auto record =
      database.get(Family::checkpoints, state_key(detector, first_kept_letter), snapshot);
  if (!record) return while_doing(of_detector(detector), record.error());
  if (!*record) return std::numeric_limits<IntervalIndex>::min();
  auto interval = decode_first_kept(**record);
  if (!interval) return while_doing(of_detector(detector), interval.error());
  return interval;
}

}  // namespace bellwether::store
