// How an open group is kept between intervals: fixed-width numbers, varint counts and indexes, in
// the order written by `save`.

#include <array>
#include <limits>

#include "open_group.hpp"

namespace bellwether::explain {
namespace {

constexpr auto last_reason = static_cast<std::uint8_t>(Reason::unusual_pattern);

/// A count that the bytes left could hold at `least_bytes` each; otherwise nothing is read.
bool read_count(ByteReader& reader, std::size_t least_bytes, std::size_t& count) {
  const std::uint64_t stored = reader.get_varint();
  if (reader.failed() || stored > reader.left() / least_bytes) return false;
  count = static_cast<std::size_t>(stored);
  return true;
}

bool read_measure(const GroupContext& context, ByteReader& reader, MeasureIndex& measure) {
  const std::uint64_t stored = reader.get_varint();
  if (reader.failed() || stored >= context.spec.measures.size()) return false;
  measure = static_cast<MeasureIndex>(stored);
  return true;
}

bool read_ref(const GroupContext& context, ByteReader& reader,
              std::pair<std::uint32_t, SeriesIndex>& ref) {
  MeasureIndex measure = 0;
  if (!read_measure(context, reader, measure)) return false;
  const std::uint64_t series = reader.get_varint();
  if (reader.failed() || series >= context.dictionary.series_count()) return false;
  ref = {static_cast<std::uint32_t>(measure), static_cast<SeriesIndex>(series)};
  return true;
}

void save_matrix(const DeviationMatrix& matrix, ByteWriter& writer) {
  writer.put(matrix.total());
  writer.put_varint(matrix.deviations().size());
  for (const auto& row : matrix.deviations()) {
    writer.put_varint(row.size());
    writer.put_all(std::span(row));
  }
}

bool restore_matrix(const GroupContext& context, ByteReader& reader, MeasureIndex measure,
                    DeviationMatrix& matrix) {
  const auto total = reader.get<double>();
  std::size_t dimensions = 0;
  if (!read_count(reader, 1, dimensions) || dimensions > context.dictionary.dimension_count())
    return false;
  std::vector<std::vector<double>> deviations(dimensions);
  for (std::size_t i = 0; i < dimensions; ++i) {
    std::size_t values = 0;
    if (!read_count(reader, sizeof(double), values)) return false;
    if (values > context.dictionary.value_count(i) + 1) return false;
    deviations[i].resize(values);
    reader.get_all(std::span(deviations[i]));
  }
  matrix = DeviationMatrix::restored(measure, context.spec.measures[measure].aggregate, total,
                                     std::move(deviations));
  return !reader.failed();
}

}  // namespace

void OpenGroup::save(ByteWriter& writer) const {
  writer.put_text(id_);
  writer.put(start_);
  writer.put(last_);
  writer.put(anomalous_intervals_);
  writer.put(peak_severity_);

  writer.put_varint(elements_.size());
  for (const auto& element : elements_) {
    writer.put_varint(element.measure);
    for (const ValueId value : element.combination) writer.put_varint(value);
    writer.put(element.last);
    writer.put(element.shift);
    writer.put(element.explained);
  }
  writer.put_varint(series_.size());
  for (const auto& [ref, record] : series_) {
    writer.put_varint(ref.first);
    writer.put_varint(ref.second);
    for (const IntervalIndex interval : {record.first, record.last, record.peak})
      writer.put(interval);
    for (const double number : {record.value, record.expected, record.lower, record.upper,
                                record.severity, record.deviation})
      writer.put(number);
    writer.put(static_cast<std::uint8_t>(record.reason));
  }
  writer.put_varint(further_series_.size());
  for (const auto& [measure, series] : further_series_) {
    writer.put_varint(measure);
    writer.put_varint(series);
  }
  writer.put_varint(measures_.size());
  for (const auto& [index, measure] : measures_) {
    writer.put_varint(index);
    writer.put_varint(measure.series_count);
    writer.put(measure.severity);
    writer.put(measure.severity_sum);
    writer.put(measure.deviation_size);
    save_matrix(measure.matrix, writer);
  }
}

bool OpenGroup::restore(const GroupContext& context, ByteReader& reader) {
  id_ = reader.get_text();
  start_ = reader.get<IntervalIndex>();
  last_ = reader.get<IntervalIndex>();
  anomalous_intervals_ = reader.get<std::uint32_t>();
  peak_severity_ = reader.get<double>();
  // Grid arithmetic on an absurd interval would overflow, so refuse what no clock could reach.
  constexpr IntervalIndex furthest = std::numeric_limits<std::int64_t>::max() / 1'000'000'000;
  if (start_ < -furthest || last_ > furthest || start_ > last_) return false;
  return restore_elements(context, reader) && restore_series(context, reader) &&
         restore_measures(context, reader) && !reader.failed();
}

bool OpenGroup::restore_elements(const GroupContext& context, ByteReader& reader) {
  std::size_t count = 0;
  if (!read_count(reader, 1, count) || count > max_elements) return false;
  const std::size_t dimensions = context.dictionary.dimension_count();
  for (std::size_t n = 0; n < count; ++n) {
    GroupElement element;
    if (!read_measure(context, reader, element.measure)) return false;
    for (std::size_t i = 0; i < dimensions; ++i) {
      const std::uint64_t value = reader.get_varint();
      if (reader.failed() || value > context.dictionary.value_count(i)) return false;
      element.combination.push_back(static_cast<ValueId>(value));
    }
    element.last = reader.get<IntervalIndex>();
    element.shift = reader.get<double>();
    element.explained = reader.get<double>();
    if (element.last < start_ || element.last > last_) return false;
    elements_.push_back(std::move(element));
  }
  return true;
}

bool OpenGroup::restore_series(const GroupContext& context, ByteReader& reader) {
  std::size_t count = 0;
  if (!read_count(reader, 1, count) || count > AnomalyGroup::max_series_kept) return false;
  for (std::size_t n = 0; n < count; ++n) {
    SeriesRef ref;
    SeriesRecord record;
    if (!read_ref(context, reader, ref)) return false;
    for (IntervalIndex* interval : {&record.first, &record.last, &record.peak}) {
      *interval = reader.get<IntervalIndex>();
      if (*interval < start_ || *interval > last_) return false;
    }
    for (double* number : {&record.value, &record.expected, &record.lower, &record.upper,
                           &record.severity, &record.deviation})
      *number = reader.get<double>();
    const auto reason = reader.get<std::uint8_t>();
    if (reader.failed() || reason > last_reason) return false;
    record.reason = static_cast<Reason>(reason);
    series_.emplace(ref, record);
  }
  if (!read_count(reader, 2, count)) return false;
  for (std::size_t n = 0; n < count; ++n) {
    SeriesRef ref;
    if (!read_ref(context, reader, ref)) return false;
    further_series_.insert(ref);
  }
  return true;
}

bool OpenGroup::restore_measures(const GroupContext& context, ByteReader& reader) {
  std::size_t count = 0;
  if (!read_count(reader, 1, count) || count == 0) return false;
  for (std::size_t n = 0; n < count; ++n) {
    MeasureIndex index = 0;
    if (!read_measure(context, reader, index)) return false;
    MeasureRecord record;
    record.series_count = reader.get_varint();
    record.severity = reader.get<double>();
    record.severity_sum = reader.get<double>();
    record.deviation_size = reader.get<double>();
    if (!restore_matrix(context, reader, index, record.matrix)) return false;
    measures_.insert_or_assign(index, std::move(record));
  }
  return true;
}

}  // namespace bellwether::explain
