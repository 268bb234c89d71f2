// Any bytes as JSON lines and as a pushed JSON array: rows, refused rows or an error.

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

using bellwether::RowBatch;

const bellwether::ingest::RowSchema& schema() {
  static const bellwether::ingest::RowSchema value = [] {
    bellwether::DetectorSpec spec;
    spec.name = "fuzz";
    spec.timestamp.column = "t";
    spec.timestamp.format = "UNIX";
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

RowBatch read_lines(std::string_view text, std::size_t piece) {
  auto reader = bellwether::ingest::make_row_reader(schema(), bellwether::JsonFormat());
  RowBatch batch = bellwether::ingest::make_row_batch(schema().spec);
  bool failed = false;  // Only what begins as gzip can fail.
  for (; !text.empty() && !failed; text.remove_prefix(std::min(piece, text.size()))) {
    const std::string bytes(text.substr(0, piece));
    failed = !(*reader)->feed(bytes, batch);
  }
  if (!failed) failed = !(*reader)->finish(batch);
  return failed ? RowBatch() : settled(std::move(batch));
}

void check(const RowBatch& batch) {
  if (batch.row_count() + batch.rejected.total() != batch.end_row) std::abort();
  for (const auto& sample : batch.rejected.samples)
    if (sample.message.empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), count);
  const RowBatch whole = read_lines(text, count + 1);
  check(whole);
  if (!(whole == read_lines(text, 1 + count % 7))) std::abort();
  const auto array = read_pushed_rows(schema(), bellwether::ingest::PushedFormat::json_array, text);
  if (array) check(*array);
  if (!array && array.error().message.empty()) std::abort();
  return 0;
}
