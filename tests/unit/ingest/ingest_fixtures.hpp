#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/dictionary.hpp"
#include "bellwether/domain/row_batch.hpp"
#include "bellwether/ingest/aggregator.hpp"
#include "bellwether/ingest/row_reader.hpp"
#include "bellwether/ingest/source.hpp"

namespace bellwether::ingest {

inline constexpr double absent = std::numeric_limits<double>::quiet_NaN();

/// A moment of 2026-03-20, "08:00" or "08:00:30", or any RFC 3339 one.
TimePoint at(std::string_view text);

/// Hourly; column `time`; the given measures and dimensions.
DetectorSpec a_detector(std::vector<MeasureSpec> measures = {{"views", Aggregate::sum}},
                        std::vector<std::string> dimensions = {"shop"});

struct TestRow {
  std::string time;
  std::vector<std::string> values;
  std::vector<double> measures;
  RowFault fault = RowFault::unreadable;
  bool is_refused = false;  ///< Stands for a row that the reader refused for `fault`.
};

TestRow refused(RowFault fault);

/// Rows `first_row`, `first_row` + 1, ... of stream "s". Positions are the numbers as text.
RowBatch batch_of(const DetectorSpec& spec, const std::vector<TestRow>& rows,
                  std::uint64_t first_row = 0);

/// An aggregator with its dictionary and everything it has closed.
class Aggregation {
 public:
  explicit Aggregation(const DetectorSpec& spec, std::optional<IntervalIndex> last_closed = {},
                       SourcePosition position = {},
                       std::size_t open_cell_limit = Aggregator::max_open_cells);

  /// Goes on with the dictionary of one that was cut off.
  Aggregation(const DetectorSpec& spec, const Dictionary& dictionary,
              std::optional<IntervalIndex> last_closed, SourcePosition position);

  void add(const std::vector<TestRow>& rows);
  void add(const RowBatch& batch);
  void add_historical(const std::vector<TestRow>& rows);
  void close_until(TimePoint now);
  void close_historical();
  void close_import(std::string_view interval, const std::string& failure = "");
  void close_all();

  /// The value of a series, named like "a" or "a,*", in a closed interval.
  double value(std::size_t closed, std::string_view series, std::size_t measure = 0) const;
  double row_count(std::size_t closed, std::string_view series, std::size_t measure = 0) const;
  /// What the closed interval brings late to a series of the interval that starts at `start`.
  std::optional<LateValue> late(std::size_t closed, std::string_view start, std::string_view series,
                                std::size_t measure = 0) const;
  std::vector<std::string> series_names() const;

  DetectorSpec spec;
  Dictionary dictionary;
  Aggregator aggregator;
  std::vector<ClosedInterval> closed;
  std::uint64_t next_row = 0;

 private:
  SeriesIndex series_named(std::string_view name) const;
};

/// Every frame, the dictionary and how far rows were taken, as one comparable text.
std::string outcome_of(const Aggregation& aggregation);

/// Reads `text` in pieces of `piece` bytes; 0 is all at once.
Result<RowBatch> read_text(const RowSchema& schema, const RowFormat& format, std::string_view text,
                           std::size_t piece = 0);

std::string gzipped(std::string_view text);

/// A directory that is gone with the test.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  void write(const std::string& name, std::string_view text) const;
  void append(const std::string& name, std::string_view text) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace bellwether::ingest
