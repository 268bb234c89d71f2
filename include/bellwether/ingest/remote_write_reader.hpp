#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/row_batch.hpp"
#include "bellwether/ingest/row_reader.hpp"

namespace bellwether::ingest {

/// The samples of one Prometheus remote write request as rows of one detector.
struct RemoteWrite {
  RowBatch rows;
  /// Samples that can be no row of this detector: of metrics that are no measure of it.
  std::uint64_t passed_over = 0;

  bool operator==(const RemoteWrite&) const = default;
};

/// How many samples one request may hold: a hundred times what a Prometheus sends at once.
inline constexpr std::uint64_t max_remote_write_samples = 1'000'000;

/// How many labels a series may have: Prometheus' own servers stay below 100.
inline constexpr std::size_t max_remote_write_labels = 256;

/// How many series of the detector, by their dimension values, one request may hold: a Prometheus
/// sends some thousand samples at once.
inline constexpr std::size_t max_remote_write_series = 100'000;

/// Reads the protobuf message `prometheus.WriteRequest`, unpacked.
///
/// A metric whose name is a measure's column gives that measure's values, a label whose name is a
/// dimension's gives its value; other labels are left out of account. The sample's own time is the
/// row's, whatever the detector's timestamp column is. Values of several measures with the same
/// dimension values and time are one row; a second value for a measure begins another. NaN, with
/// which Prometheus also says that a series has ended, is no value. Exemplars, native histograms
/// and metadata are passed over.
///
/// Errors   invalid_input: not such a message, or a series of more than `max_remote_write_labels`;
///          overloaded: more than `max_remote_write_samples` or `max_remote_write_series`.
/// Cost     24 bytes per sample beside the rows, and 16 bytes per series and dimension.
/// Source   Prometheus Remote-Write 1.0 specification, April 2023.
Result<RemoteWrite> read_remote_write(const RowSchema& schema, std::string_view message);

}  // namespace bellwether::ingest
