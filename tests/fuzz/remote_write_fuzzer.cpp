// Any bytes as a Prometheus remote write request, plain and as a block of Snappy: rows, refused
// rows or an error.

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "bellwether/ingest/remote_write_reader.hpp"

#include "api/snappy_block.hpp"

namespace {

constexpr std::size_t most_unpacked_bytes = 1U << 20U;

const bellwether::ingest::RowSchema& schema() {
  static const bellwether::ingest::RowSchema value = [] {
    bellwether::DetectorSpec spec;
    spec.name = "fuzz";
    spec.measures = {{"temperature_celsius", bellwether::Aggregate::avg},
                     {"humidity_ratio", bellwether::Aggregate::count}};
    spec.dimensions = {"room", "floor"};
    spec.max_value_length = 16;
    return bellwether::ingest::RowSchema{spec, std::nullopt};
  }();
  return value;
}

void read(std::string_view message) {
  const auto request = bellwether::ingest::read_remote_write(schema(), message);
  if (!request) {
    if (request.error().message.empty()) std::abort();
    return;
  }
  const bellwether::RowBatch& rows = request->rows;
  if (rows.row_count() + rows.rejected.total() != rows.end_row) std::abort();
  for (std::size_t i = 0; i < rows.row_count(); ++i) {
    bool has_any = false;
    for (const auto& column : rows.measures) {
      if (std::isinf(column[i])) std::abort();
      has_any |= !std::isnan(column[i]);
    }
    if (!has_any) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), count);
  read(text);
  bellwether::ByteBudget memory("server.memory", most_unpacked_bytes);
  auto held = memory.reserve(0);
  if (const auto unpacked = bellwether::api::unsnap(text, most_unpacked_bytes, *held))
    read(*unpacked);
  return 0;
}
