#include "ingest_fixtures.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

#include <zlib.h>

#include "bellwether/ingest/time_zone_database.hpp"

namespace bellwether::ingest {
namespace {

IntervalGrid grid_of(const DetectorSpec& spec) {
  return IntervalGrid(spec.interval, *load_time_zone(spec.timestamp.timezone));
}

}  // namespace

TimePoint at(std::string_view text) {
  std::string whole(text);
  if (whole.size() == 5) whole += ":00";
  if (whole.size() == 8) whole = "2026-03-20T" + whole + "Z";
  return *parse_rfc3339(whole);
}

DetectorSpec a_detector(std::vector<MeasureSpec> measures, std::vector<std::string> dimensions) {
  DetectorSpec spec;
  spec.name = "test";
  spec.timestamp.column = "time";
  spec.measures = std::move(measures);
  spec.dimensions = std::move(dimensions);
  return spec;
}

TestRow refused(RowFault fault) { return {.fault = fault, .is_refused = true}; }

RowBatch batch_of(const DetectorSpec& spec, const std::vector<TestRow>& rows,
                  std::uint64_t first_row) {
  RowBatch batch = make_row_batch(spec);
  batch.stream = "s";
  batch.first_row = first_row;
  batch.end_row = first_row + rows.size();
  batch.resume_at = std::to_string(first_row);
  batch.resume_after = std::to_string(batch.end_row);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const TestRow& row = rows[i];
    if (row.is_refused) {
      batch.rejected.add(row.fault, first_row + i + 1, "refused");
      batch.rejected_faults.push_back(row.fault);
      continue;
    }
    batch.timestamps.push_back(at(row.time));
    batch.row_numbers.push_back(static_cast<std::uint32_t>(i));
    for (std::size_t d = 0; d < batch.dimensions.size(); ++d) {
      auto& column = batch.dimensions[d];
      std::size_t code = 0;
      while (code < column.values.size() && column.values[code] != row.values[d]) ++code;
      if (code == column.values.size()) column.values.push_back(row.values[d]);
      column.codes.push_back(static_cast<std::uint32_t>(code));
    }
    for (std::size_t m = 0; m < batch.measures.size(); ++m)
      batch.measures[m].push_back(row.measures[m]);
  }
  return batch;
}

Aggregation::Aggregation(const DetectorSpec& detector, std::optional<IntervalIndex> last_closed,
                         SourcePosition position, std::size_t open_cell_limit)
    : spec(detector),
      dictionary(detector.dimensions),
      aggregator(spec, grid_of(spec), dictionary, last_closed, std::move(position),
                 open_cell_limit) {}

Aggregation::Aggregation(const DetectorSpec& detector, const Dictionary& known,
                         std::optional<IntervalIndex> last_closed, SourcePosition position)
    : spec(detector),
      dictionary(detector.dimensions),
      aggregator((
                     [&] {
                       // The texts of a copied dictionary would belong to the original.
                       for (std::size_t d = 0; d < known.dimension_count(); ++d)
                         for (std::size_t id = 1; id <= known.value_count(d); ++id)
                           dictionary.add_value(d, known.value_text(d, static_cast<ValueId>(id)));
                       for (std::size_t s = 0; s < known.series_count(); ++s)
                         dictionary.add_series(known.combination(static_cast<SeriesIndex>(s)));
                     }(),
                     spec),
                 grid_of(spec), dictionary, last_closed, std::move(position)) {}

void Aggregation::add(const RowBatch& batch) {
  const auto added = aggregator.add(batch, [this](ClosedInterval&& interval) {
    closed.push_back(std::move(interval));
    return ok();
  });
  ASSERT_TRUE(added) << added.error().message;
}

void Aggregation::add(const std::vector<TestRow>& rows) {
  add(batch_of(spec, rows, next_row));
  next_row += rows.size();
}

void Aggregation::add_historical(const std::vector<TestRow>& rows) {
  RowBatch batch = batch_of(spec, rows, next_row);
  batch.is_historical = true;
  next_row += rows.size();
  add(batch);
}

void Aggregation::close_until(TimePoint now) {
  ASSERT_TRUE(aggregator.close_until(now, [this](ClosedInterval&& interval) {
    closed.push_back(std::move(interval));
    return ok();
  }));
}

/// The source then stands at "after INTERVAL".
void Aggregation::close_import(std::string_view interval, const std::string& failure) {
  Intake intake{
      .batch = batch_of(spec, {}, next_row), .interval = at(interval), .failure = failure};
  intake.batch.resume_after = "after " + std::string(interval);
  ASSERT_TRUE(aggregator.close_import(intake, [this](ClosedInterval&& done) {
    closed.push_back(std::move(done));
    return ok();
  }));
}

void Aggregation::close_historical() {
  ASSERT_TRUE(aggregator.close_historical([this](ClosedInterval&& interval) {
    closed.push_back(std::move(interval));
    return ok();
  }));
}

void Aggregation::close_all() {
  ASSERT_TRUE(aggregator.close_all([this](ClosedInterval&& interval) {
    closed.push_back(std::move(interval));
    return ok();
  }));
}

SeriesIndex Aggregation::series_named(std::string_view name) const {
  const auto names = series_names();
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return static_cast<SeriesIndex>(i);
  return std::numeric_limits<SeriesIndex>::max();
}

std::vector<std::string> Aggregation::series_names() const {
  std::vector<std::string> names;
  for (std::size_t s = 0; s < dictionary.series_count(); ++s) {
    std::string name;
    const auto combination = dictionary.combination(static_cast<SeriesIndex>(s));
    for (std::size_t d = 0; d < combination.size(); ++d)
      name += (d == 0 ? "" : ",") + dictionary.value_text(d, combination[d]);
    names.push_back(name);
  }
  return names;
}

double Aggregation::value(std::size_t index, std::string_view series, std::size_t measure) const {
  const auto& values = closed.at(index).frame.measures.at(measure).values;
  const SeriesIndex place = series_named(series);
  return place < values.size() ? values[place] : absent;
}

std::optional<LateValue> Aggregation::late(std::size_t index, std::string_view start,
                                           std::string_view series, std::size_t measure) const {
  for (const Amendment& amendment : closed.at(index).amendments) {
    if (amendment.interval != grid_of(spec).index_of(at(start))) continue;
    const AmendedColumn& column = amendment.measures.at(measure);
    for (std::size_t i = 0; i < column.series.size(); ++i)
      if (column.series[i] == series_named(series)) return column.values[i];
  }
  return std::nullopt;
}

double Aggregation::row_count(std::size_t index, std::string_view series,
                              std::size_t measure) const {
  return closed.at(index).frame.measures.at(measure).row_counts.at(series_named(series));
}

std::string outcome_of(const Aggregation& aggregation) {
  std::ostringstream text;
  text << std::hexfloat;
  for (const std::string& name : aggregation.series_names()) text << name << "\n";
  for (const ClosedInterval& interval : aggregation.closed) {
    text << to_rfc3339(interval.frame.start) << " rows " << interval.quality.rows << " new "
         << interval.quality.series_new << " present " << interval.quality.series_present;
    for (const auto count : interval.quality.rejected.counts) text << " " << count;
    for (const Amendment& amendment : interval.amendments) {
      text << "\n late " << amendment.interval << " rows " << amendment.rows;
      for (const auto& column : amendment.measures)
        for (std::size_t i = 0; i < column.series.size(); ++i)
          text << " " << column.series[i] << "=" << column.values[i].value << "/"
               << column.values[i].row_count;
    }
    for (const auto& stream : interval.position) text << " seen " << stream.seen_rows;
    for (const auto& column : interval.frame.measures) {
      text << "\n ";
      for (const double value : column.values) text << " " << value;
      for (const double value : column.row_counts) text << " " << value;
    }
    text << "\n";
  }
  return text.str();
}

Result<RowBatch> read_text(const RowSchema& schema, const RowFormat& format, std::string_view text,
                           std::size_t piece) {
  auto reader = make_row_reader(schema, format);
  if (!reader) return reader.error();
  RowBatch batch = make_row_batch(schema.spec);
  if (piece == 0) piece = std::max<std::size_t>(text.size(), 1);
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
    // A copy of its own, so that a read beyond it is noticed.
    const std::string bytes(text.substr(0, piece));
    if (auto fed = (*reader)->feed(bytes, batch); !fed) return fed.error();
  }
  if (auto finished = (*reader)->finish(batch); !finished) return finished.error();
  return batch;
}

std::string gzipped(std::string_view text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "ingest_test_XXXXXX").string();
  folder_ = ::mkdtemp(name.data());
}

TemporaryFolder::~TemporaryFolder() { std::filesystem::remove_all(folder_); }

void TemporaryFolder::write(const std::string& name, std::string_view text) const {
  std::ofstream(folder_ / name, std::ios::binary | std::ios::trunc) << text;
}

void TemporaryFolder::append(const std::string& name, std::string_view text) const {
  std::ofstream(folder_ / name, std::ios::binary | std::ios::app) << text;
}

}  // namespace bellwether::ingest
