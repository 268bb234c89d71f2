// Any bytes as the records that hold frames: what decodes, and what does not, does no harm; and any
// numbers, written as a chunk, are read back bit for bit.

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "store/chunk_codec.hpp"
#include "store/format_1_frames.hpp"
#include "store/frame_codec.hpp"
#include "store/stretch_headings.hpp"

namespace {

using namespace bellwether::store;  // NOLINT(google-build-using-namespace): a program of one file.

void read_chunk(std::string_view record) {
  const auto view = ChunkView::open(record);
  if (!view) return;
  SeriesColumns columns;
  for (std::size_t i = 0; i < view->series_count(); ++i) {
    const bool has_all = view->read(i, columns).has_value();
    if (columns.values.size() != view->place_count()) std::abort();
    if (has_all && !view->read_values(i, columns)) std::abort();
  }
}

void read_slab(std::string_view record) {
  const auto length = record.size() / 2;
  auto view = SlabView::open(record.substr(0, length));
  if (!view) return;
  static_cast<void>(view->add_scores(record.substr(length)).has_value());
  double sum = 0;
  for (std::size_t i = 0; i < view->series_count(); ++i)
    sum += view->value(i) + view->row_count(i) + view->expected(i) + view->severity(i);
  if (sum == 1.25) std::abort();  // So that all of it is read; not a number anyone gets to.
}

/// Takes numbers out of `bytes`, column by column.
template <class T>
T take(std::string_view& bytes) {
  T number{};
  if (bytes.size() < sizeof number) return number;
  std::memcpy(&number, bytes.data(), sizeof number);
  bytes.remove_prefix(sizeof number);
  return number;
}

void write_and_read(std::string_view bytes) {
  const std::size_t day = static_cast<unsigned char>(take<char>(bytes));
  const std::size_t count = std::min<std::size_t>(512, bytes.size() / 32);
  SeriesColumns columns = empty_series(1, count, day % 2 == 1).front();
  for (std::size_t i = 0; i < count; ++i) {
    columns.values[i] = take<double>(bytes);
    const double rows = take<double>(bytes);
    if (!columns.row_counts.empty() && !std::isnan(columns.values[i]) && !std::isnan(rows))
      columns.row_counts[i] = rows;
    columns.expected[i] = take<float>(bytes);
    columns.lower[i] = take<float>(bytes);
    columns.upper[i] = take<float>(bytes);
    columns.severity[i] = take<float>(bytes);
  }
  const std::string record = encode_chunk({&columns, 1}, day);
  const auto view = ChunkView::open(record);
  SeriesColumns read;
  if (!view || !view->read(0, read)) std::abort();
  for (std::size_t i = 0; i < count; ++i) {
    const bool is_same = std::isnan(columns.values[i])
                             ? std::isnan(read.values[i])
                             : std::bit_cast<std::uint64_t>(columns.values[i]) ==
                                   std::bit_cast<std::uint64_t>(read.values[i]);
    const bool has_band = std::isnan(columns.expected[i]) == std::isnan(read.expected[i]);
    if (!is_same || !has_band) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  if (count == 0) return 0;
  const std::string_view record(reinterpret_cast<const char*>(bytes) + 1, count - 1);
  switch (bytes[0]) {
    case 'c':
      read_chunk(record);
      break;
    case 'h':
      static_cast<void>(decode_stretch_headings(3, record).has_value());
      break;
    case 's':
      read_slab(record);
      break;
    case '1':
      static_cast<void>(decode_format_1_segment(record).has_value());
      break;
    default:
      write_and_read(record);
  }
  return 0;
}
