#include "chunk_codec.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "bellwether/base/bytes.hpp"

#include "band_codec.hpp"
#include "number_codec.hpp"
#include "severity_codec.hpp"

namespace bellwether::store {
namespace {

constexpr std::uint8_t row_counts_flag = 1;
constexpr double no_value = std::numeric_limits<double>::quiet_NaN();

BandSteps steps_of(std::uint8_t version) {
  return version == 1 ? BandSteps::powers_of_two : newest_band_steps;
}

bool is_empty(const SeriesColumns& columns) {
  const auto all_missing = [](const auto& column) {
    return std::ranges::all_of(column, [](auto number) { return std::isnan(number); });
  };
  return all_missing(columns.values) && all_missing(columns.expected) &&
         all_missing(columns.lower) && all_missing(columns.upper) && all_missing(columns.severity);
}

/// Row counts are told where there are values, so that nothing is spent on the others.
std::vector<double> told_row_counts(const SeriesColumns& columns) {
  std::vector<double> counts = columns.row_counts;
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (std::isnan(columns.values[i])) counts[i] = no_value;
  return counts;
}

/// The bands as a reader of `bits` will find them.
void read_back_bands(std::string_view bits, std::size_t day, SeriesColumns& columns) {
  BitReader reader(bits);
  BandReader bands(columns.values.size(), day, newest_band_steps, reader);
  for (std::size_t i = 0; i < columns.values.size(); ++i) {
    const Band band = bands.next(columns.values);
    columns.expected[i] = band.expected;
    columns.lower[i] = band.lower;
    columns.upper[i] = band.upper;
  }
}

/// In the order of `ChunkView::Part`.
std::array<std::string, 4> encode_parts(const SeriesColumns& columns, std::size_t day) {
  std::array<std::string, 4> parts;
  if (is_empty(columns)) return parts;
  const std::vector<double> row_counts = told_row_counts(columns);
  if (!row_counts.empty()) {
    BitWriter bits;
    encode_numbers(row_counts, {.day = day}, bits);
    parts[0] = bits.take();
  }
  BitWriter band_bits;
  encode_bands(columns, day, band_bits);
  parts[2] = band_bits.take();
  SeriesColumns read = columns;
  read_back_bands(parts[2], day, read);
  BitWriter value_bits;
  encode_numbers(columns.values, {.day = day, .expected = read.expected, .row_counts = row_counts},
                 value_bits);
  parts[1] = value_bits.take();
  BitWriter severity_bits;
  encode_severities(read, severity_bits);
  parts[3] = severity_bits.take();
  return parts;
}

void resize(SeriesColumns& columns, std::size_t count, bool has_row_counts) {
  columns.values.resize(count);
  columns.row_counts.resize(has_row_counts ? count : 0);
  for (auto* column : {&columns.expected, &columns.lower, &columns.upper, &columns.severity})
    column->resize(count);
}

void clear(SeriesColumns& columns) {
  std::ranges::fill(columns.values, no_value);
  std::ranges::fill(columns.row_counts, 0);
  for (auto* column : {&columns.expected, &columns.lower, &columns.upper, &columns.severity})
    std::ranges::fill(*column, std::numeric_limits<float>::quiet_NaN());
}

Error undecodable(std::string_view part) {
  return corrupt("the " + std::string(part) + " of a series in a chunk do not decode");
}

}  // namespace

std::string encode_chunk(std::span<const SeriesColumns> series, std::size_t day) {
  const std::size_t places = series.empty() ? 0 : series.front().values.size();
  const bool has_row_counts = !series.empty() && !series.front().row_counts.empty();
  if (day >= places) day = 0;
  ByteWriter head;
  head.put(newest_chunk_version);
  head.put(has_row_counts ? row_counts_flag : std::uint8_t{0});
  head.put(static_cast<std::uint8_t>(series.size()));
  head.put_varint(places);
  head.put_varint(day);
  std::string body;
  for (const SeriesColumns& columns : series) {
    for (const std::string& part : encode_parts(columns, day)) {
      head.put_varint(part.size());
      body += part;
    }
  }
  return head.take() + body;
}

Result<ChunkView> ChunkView::open(std::string_view record) {
  ByteReader reader(record);
  const auto version = reader.get<std::uint8_t>();
  const auto flags = reader.get<std::uint8_t>();
  if (version == 0 || version > newest_chunk_version || flags > row_counts_flag)
    return corrupt("a chunk has an unknown version");
  ChunkView view;
  view.band_steps_ = steps_of(version);
  view.has_row_counts_ = (flags & row_counts_flag) != 0;
  view.series_count_ = reader.get<std::uint8_t>();
  view.place_count_ = reader.get_varint();
  view.day_ = reader.get_varint();
  if (reader.failed() || view.series_count_ > series_per_block ||
      view.place_count_ > intervals_per_stretch ||
      (view.day_ > 0 && view.day_ >= view.place_count_))
    return corrupt("a chunk's head does not decode");

  std::vector<std::array<std::size_t, part_count>> lengths(view.series_count_);
  for (auto& of_series : lengths)
    for (std::size_t& length : of_series) length = reader.get_varint();
  std::string_view rest = record.substr(record.size() - reader.left());
  view.parts_.resize(view.series_count_);
  for (std::size_t series = 0; series < view.series_count_; ++series) {
    for (std::size_t part = 0; part < part_count; ++part) {
      const std::size_t length = lengths[series][part];
      if (reader.failed() || length > rest.size())
        return corrupt("a chunk is shorter than its parts");
      view.parts_[series][part] = rest.substr(0, length);
      rest.remove_prefix(length);
    }
  }
  if (!rest.empty()) return corrupt("a chunk is longer than its parts");
  return view;
}

Result<void> ChunkView::read_parts(std::size_t series, bool with_bands,
                                   SeriesColumns& columns) const {
  resize(columns, place_count_, has_row_counts_);
  const auto& parts = parts_[series];
  if (parts[values].empty()) {
    clear(columns);
    return ok();
  }
  if (has_row_counts_) {
    BitReader bits(parts[row_counts]);
    const NumberHints hints{.day = day_};
    NumberReader reader(place_count_, hints, bits);
    if (!reader.is_sound()) return undecodable("row counts");
    for (double& count : columns.row_counts) count = reader.next();
    if (!reader.is_sound()) return undecodable("row counts");
  }
  BitReader value_bits(parts[values]);
  const NumberHints hints{
      .day = day_, .expected = columns.expected, .row_counts = columns.row_counts};
  NumberReader value_reader(place_count_, hints, value_bits);
  if (!value_reader.is_sound()) return undecodable("values");
  if (with_bands || value_reader.needs_expected()) {
    // Side by side: what is expected is told by the values before it, and tells the next one.
    BitReader band_bits(parts[bands]);
    BandReader band_reader(place_count_, day_, band_steps_, band_bits);
    if (!band_reader.is_sound()) return undecodable("bands");
    for (std::size_t i = 0; i < place_count_; ++i) {
      const Band band = band_reader.next(columns.values);
      columns.expected[i] = band.expected;
      columns.lower[i] = band.lower;
      columns.upper[i] = band.upper;
      columns.values[i] = value_reader.next();
    }
    if (!band_reader.is_sound()) return undecodable("bands");
  } else {
    for (double& value : columns.values) value = value_reader.next();
  }
  if (!value_reader.is_sound()) return undecodable("values");
  for (double& count : columns.row_counts)
    if (std::isnan(count)) count = 0;
  return ok();
}

Result<void> ChunkView::read_values(std::size_t series, SeriesColumns& columns) const {
  return read_parts(series, false, columns);
}

Result<void> ChunkView::read(std::size_t series, SeriesColumns& columns) const {
  if (auto read = read_parts(series, true, columns); !read) return read;
  if (parts_[series][values].empty()) return ok();
  BitReader bits(parts_[series][severities]);
  if (!decode_severities(bits, columns)) return undecodable("severities");
  return ok();
}

}  // namespace bellwether::store
