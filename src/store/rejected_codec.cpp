#include "rejected_codec.hpp"

namespace bellwether::store {

void put_rejected(ByteWriter& writer, const RejectedRows& rejected) {
  writer.put_varint(rejected.counts.size());
  for (const std::uint64_t count : rejected.counts) writer.put_varint(count);
  writer.put_varint(rejected.samples.size());
  for (const RejectedSample& sample : rejected.samples) {
    writer.put(static_cast<std::uint8_t>(sample.fault));
    writer.put_varint(sample.row);
    writer.put_text(sample.message);
  }
}

bool get_rejected(ByteReader& reader, RejectedRows& rejected) {
  const auto faults = reader.get_varint();
  if (faults > row_fault_count) return false;
  for (std::uint64_t i = 0; i < faults; ++i) rejected.counts[i] = reader.get_varint();
  for (auto left = reader.get_varint(); left > 0 && !reader.failed(); --left) {
    const auto fault = reader.get<std::uint8_t>();
    if (fault >= row_fault_count) return false;
    const auto row = reader.get_varint();
    rejected.samples.push_back({static_cast<RowFault>(fault), row, std::string(reader.get_text())});
  }
  return !reader.failed();
}

}  // namespace bellwether::store
