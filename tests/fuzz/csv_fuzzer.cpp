// Any bytes as CSV, plain or gzip: rows, refused rows or an error, and the same for any pieces.
// The first byte chooses the format and the length of the pieces.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "bellwether/ingest/row_reader.hpp"

namespace {

using bellwether::CsvFormat;
using bellwether::Result;
using bellwether::RowBatch;

const bellwether::ingest::RowSchema& schema() {
  static const bellwether::ingest::RowSchema value = [] {
    bellwether::DetectorSpec spec;
    spec.name = "fuzz";
    spec.timestamp.column = "t";
    spec.measures = {{"m", bellwether::Aggregate::sum}, {"n", bellwether::Aggregate::count}};
    spec.dimensions = {"d"};
    spec.max_value_length = 16;
    return bellwether::ingest::RowSchema{spec, std::nullopt};
  }();
  return value;
}

/// Absent values made comparable.
RowBatch settled(RowBatch batch) {
  for (auto& column : batch.measures)
    for (double& value : column)
      if (std::isnan(value)) value = -1e300;
  return batch;
}

Result<RowBatch> read(const CsvFormat& format, std::string_view text, std::size_t piece) {
  auto reader = bellwether::ingest::make_row_reader(schema(), format);
  RowBatch batch = bellwether::ingest::make_row_batch(schema().spec);
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
    const std::string bytes(text.substr(0, piece));
    if (auto fed = (*reader)->feed(bytes, batch); !fed) return fed.error();
  }
  if (auto finished = (*reader)->finish(batch); !finished) return finished.error();
  return settled(std::move(batch));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  if (count == 0) return 0;
  CsvFormat format;
  if ((bytes[0] & 1U) != 0) format = {.has_header = false, .columns = {"t", "d", "m", "n"}};
  if ((bytes[0] & 2U) != 0) format.quote = "";
  if ((bytes[0] & 4U) != 0) format.delimiter = "|";
  const std::string_view text(reinterpret_cast<const char*>(bytes) + 1, count - 1);
  const auto whole = read(format, text, text.size() + 1);
  const auto pieces = read(format, text, 1 + (bytes[0] >> 3U));
  if (whole.has_value() != pieces.has_value()) std::abort();
  if (!whole) {
    if (whole.error().message.empty()) std::abort();
    return 0;
  }
  if (!(*whole == *pieces)) std::abort();
  if (whole->row_count() + whole->rejected.total() != whole->end_row) std::abort();
  if (whole->rejected_faults.size() != whole->rejected.total()) std::abort();
  return 0;
}
