#include "batch_codec.hpp"

#include "bellwether/base/bytes.hpp"

#include "rejected_codec.hpp"

namespace bellwether::store {
namespace {

constexpr std::uint8_t batch_version = 2;
constexpr std::uint8_t first_version_with_times = 2;  ///< Of receipt.

std::uint64_t to_zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63);
}

std::int64_t from_zigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1U) ^ -static_cast<std::int64_t>(value & 1U);
}

// Neighbouring timestamps and row numbers differ little: what is written is the step between them.
// Unsigned arithmetic, so that no step overflows.
void put_timestamps(ByteWriter& writer, const std::vector<TimePoint>& timestamps) {
  std::uint64_t before = 0;
  for (const TimePoint time : timestamps) {
    const auto now = static_cast<std::uint64_t>(time.time_since_epoch().count());
    writer.put_varint(to_zigzag(static_cast<std::int64_t>(now - before)));
    before = now;
  }
}

void get_timestamps(ByteReader& reader, std::size_t rows, std::vector<TimePoint>& timestamps) {
  std::uint64_t before = 0;
  timestamps.reserve(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    before += static_cast<std::uint64_t>(from_zigzag(reader.get_varint()));
    timestamps.emplace_back(Duration(static_cast<std::int64_t>(before)));
  }
}

void put_row_numbers(ByteWriter& writer, const std::vector<std::uint32_t>& numbers) {
  std::uint32_t before = 0;
  for (const std::uint32_t number : numbers) {
    writer.put_varint(number - before);
    before = number;
  }
}

void get_row_numbers(ByteReader& reader, std::size_t rows, std::vector<std::uint32_t>& numbers) {
  std::uint32_t before = 0;
  numbers.reserve(rows);
  for (std::size_t i = 0; i < rows; ++i)
    numbers.push_back(before += static_cast<std::uint32_t>(reader.get_varint()));
}

bool get_dimension(ByteReader& reader, std::size_t rows, DimensionColumn& column) {
  const auto values = reader.get_varint();
  if (values > reader.left()) return false;
  column.values.reserve(values);
  for (std::uint64_t i = 0; i < values; ++i) column.values.emplace_back(reader.get_text());
  column.codes.reserve(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    const auto code = reader.get_varint();
    if (code >= values) return false;
    column.codes.push_back(static_cast<std::uint32_t>(code));
  }
  return !reader.failed();
}

bool get_faults(ByteReader& reader, std::vector<RowFault>& faults) {
  const auto count = reader.get_varint();
  if (count > reader.left()) return false;
  faults.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto fault = reader.get<std::uint8_t>();
    if (fault >= row_fault_count) return false;
    faults.push_back(static_cast<RowFault>(fault));
  }
  return true;
}

bool get_rows(ByteReader& reader, std::uint8_t version, RowBatch& batch) {
  batch.is_historical = reader.get<std::uint8_t>() != 0;
  if (version >= first_version_with_times && reader.get<std::uint8_t>() != 0)
    batch.received_at = TimePoint(Duration(reader.get<std::int64_t>()));
  const auto rows = reader.get_varint();
  if (rows > reader.left()) return false;  // Each row takes more than a byte.
  get_timestamps(reader, rows, batch.timestamps);
  get_row_numbers(reader, rows, batch.row_numbers);
  const auto dimensions = reader.get_varint();
  if (dimensions > reader.left()) return false;
  batch.dimensions.resize(dimensions);
  for (DimensionColumn& column : batch.dimensions)
    if (!get_dimension(reader, rows, column)) return false;
  const auto measures = reader.get_varint();
  if (measures > reader.left()) return false;
  batch.measures.resize(measures);
  for (auto& column : batch.measures) {
    if (rows * sizeof(double) > reader.left()) return false;
    column.resize(rows);
    reader.get_all(std::span(column));
  }
  return get_rejected(reader, batch.rejected) && get_faults(reader, batch.rejected_faults);
}

}  // namespace

std::string encode_batch_rows(const RowBatch& batch) {
  ByteWriter writer;
  writer.put(static_cast<std::uint8_t>(batch.is_historical));
  writer.put(static_cast<std::uint8_t>(batch.received_at.has_value()));
  if (batch.received_at) writer.put(batch.received_at->time_since_epoch().count());
  writer.put_varint(batch.row_count());
  put_timestamps(writer, batch.timestamps);
  put_row_numbers(writer, batch.row_numbers);
  writer.put_varint(batch.dimensions.size());
  for (const DimensionColumn& column : batch.dimensions) {
    writer.put_varint(column.values.size());
    for (const std::string& value : column.values) writer.put_text(value);
    for (const std::uint32_t code : column.codes) writer.put_varint(code);
  }
  writer.put_varint(batch.measures.size());
  for (const auto& column : batch.measures) writer.put_all(std::span(column));
  put_rejected(writer, batch.rejected);
  writer.put_varint(batch.rejected_faults.size());
  for (const RowFault fault : batch.rejected_faults) writer.put(static_cast<std::uint8_t>(fault));
  return writer.take();
}

std::string encode_batch_head(std::uint64_t first_row, std::uint64_t end_row) {
  ByteWriter writer;
  writer.put(batch_version);
  writer.put(first_row);
  writer.put(end_row);
  return writer.take();
}

Result<BatchHead> decode_batch_head(std::string_view record) {
  ByteReader reader(record);
  BatchHead head;
  head.version = reader.get<std::uint8_t>();
  if (head.version == 0 || head.version > batch_version)
    return corrupt("a batch of the inbox has an unknown version");
  head.first_row = reader.get<std::uint64_t>();
  head.end_row = reader.get<std::uint64_t>();
  if (reader.failed() || head.end_row < head.first_row)
    return corrupt("a batch of the inbox does not decode");
  return head;
}

Result<RowBatch> decode_batch(std::string_view record) {
  const auto head = decode_batch_head(record);
  if (!head) return head.error();
  RowBatch batch;
  batch.first_row = head->first_row;
  batch.end_row = head->end_row;
  ByteReader reader(record.substr(batch_head_bytes));
  if (!get_rows(reader, head->version, batch) || !reader.is_complete())
    return corrupt("a batch of the inbox does not decode");
  return batch;
}

}  // namespace bellwether::store
