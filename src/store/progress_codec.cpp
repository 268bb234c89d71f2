#include "progress_codec.hpp"

#include "bellwether/base/bytes.hpp"

namespace bellwether::store {
namespace {

constexpr std::uint8_t progress_version = 1;

}  // namespace

std::string encode_progress(const ProgressRecord& progress) {
  ByteWriter writer;
  writer.put(progress_version);
  writer.put(progress.first_interval);
  writer.put(progress.last_interval);
  writer.put(progress.intervals);
  writer.put_varint(progress.dictionary.values.size());
  for (const std::size_t count : progress.dictionary.values) writer.put_varint(count);
  writer.put_varint(progress.dictionary.series);
  writer.put_varint(progress.position.size());
  for (const StreamPosition& stream : progress.position) {
    writer.put_text(stream.stream);
    writer.put_text(stream.resume_at);
    writer.put_varint(stream.resume_row);
    writer.put_varint(stream.seen_rows);
  }
  return writer.take();
}

Result<ProgressRecord> decode_progress(std::string_view record) {
  ByteReader reader(record);
  if (reader.get<std::uint8_t>() != progress_version)
    return corrupt("the progress record has an unknown version");
  ProgressRecord progress;
  progress.first_interval = reader.get<IntervalIndex>();
  progress.last_interval = reader.get<IntervalIndex>();
  progress.intervals = reader.get<std::uint64_t>();
  for (auto left = reader.get_varint(); left > 0 && !reader.failed(); --left)
    progress.dictionary.values.push_back(reader.get_varint());
  progress.dictionary.series = reader.get_varint();
  for (auto left = reader.get_varint(); left > 0 && !reader.failed(); --left) {
    StreamPosition stream;
    stream.stream = reader.get_text();
    stream.resume_at = reader.get_text();
    stream.resume_row = reader.get_varint();
    stream.seen_rows = reader.get_varint();
    progress.position.push_back(std::move(stream));
  }
  if (!reader.is_complete()) return corrupt("the progress record does not decode");
  return progress;
}

}  // namespace bellwether::store
