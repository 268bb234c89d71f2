#include "amendment_records.hpp"

#include <algorithm>
#include <functional>

#include "amendment_codec.hpp"
#include "detector_keys.hpp"
#include "keys.hpp"

namespace bellwether::store {
namespace {

IntervalIndex epoch_of_amendment(IntervalIndex interval) {
  return interval >> 10;  // Rounds down, also below zero.
}

IntervalIndex end_of_epoch(IntervalIndex epoch) { return (epoch + 1) << 10; }

std::string amendment_key(std::string_view detector, std::uint16_t column, std::uint32_t segment,
                          IntervalIndex interval) {
  return KeyWriter()
      .name(detector)
      .kind(amendments_letter)
      .interval(epoch_of_amendment(interval))
      .number(column)
      .number(segment)
      .interval(interval)
      .take();
}

std::string doing(std::string_view what, std::string_view detector, IntervalIndex interval) {
  return std::string(what) + " of detector '" + std::string(detector) + "', interval " +
         std::to_string(interval);
}

/// The segment as kept so far, or an empty one.
Result<AmendedSegment> read_segment(const Database& database, const std::string& key) {
  const auto record = database.get(Family::checkpoints, key);
  if (!record) return record.error();
  if (!*record) return AmendedSegment();
  return decode_amended_segment(**record);
}

Result<std::vector<Revision>> read_revisions(const Database& database, const std::string& key) {
  const auto record = database.get(Family::checkpoints, key);
  if (!record) return record.error();
  if (!*record) return std::vector<Revision>();
  return decode_revisions(**record);
}

Result<void> put_column(Database& database, Batch& batch, std::string_view detector,
                        MeasureIndex measure, IntervalIndex interval, std::uint64_t revision,
                        const AmendedColumn& column) {
  for (std::size_t i = 0; i < column.series.size();) {
    const std::size_t number = column.series[i] / series_per_amended_segment;
    const std::string key = amended_segment_key(detector, measure, number, interval);
    auto segment = read_segment(database, key);
    if (!segment) return segment.error();
    segment->aggregate = column.aggregate;
    for (; i < column.series.size() && column.series[i] / series_per_amended_segment == number;
         ++i) {
      auto& place = segment->places[column.series[i] % series_per_amended_segment];
      if (place.revision == 0) {
        place.late = column.values[i];
      } else {
        add_late(column.aggregate, place.late, column.values[i]);
      }
      place.revision = revision;
    }
    batch.put(Family::checkpoints, key, encode_amended_segment(*segment));
  }
  return ok();
}

Result<void> put_amendment(Database& database, Batch& batch, std::string_view detector,
                           IntervalIndex taken_with, const Amendment& amendment) {
  const std::string key = revisions_key(detector, amendment.interval);
  auto revisions = read_revisions(database, key);
  if (!revisions) return revisions.error();
  revisions->push_back({taken_with, amendment.rows});
  batch.put(Family::checkpoints, key, encode_revisions(*revisions));
  for (MeasureIndex measure = 0; measure < amendment.measures.size(); ++measure)
    if (auto put = put_column(database, batch, detector, measure, amendment.interval,
                              revisions->size(), amendment.measures[measure]);
        !put)
      return put;
  return ok();
}

/// Whether any of the epochs was amended: mostly none was, which one look tells.
Result<bool> has_amendments(const Database& database, std::string_view detector, IntervalIndex from,
                            IntervalIndex to) {
  const std::string begin = state_key(detector, amendments_letter);
  const auto epoch = [&](IntervalIndex interval) {
    return begin + KeyWriter().interval(epoch_of_amendment(interval)).take();
  };
  const auto cursor =
      database.scan(Family::checkpoints, {epoch(from), after_prefix(epoch(to - 1))});
  if (auto status = cursor.status(); !status) return status.error();
  return cursor.valid();
}

/// Calls `visit(interval, record)` for the records of one column and segment, from <= interval <
/// to.
template <class Visit>
Result<void> for_each_record(const Database& database, std::string_view detector,
                             std::uint16_t column, std::uint32_t segment, IntervalIndex from,
                             IntervalIndex to, Visit visit) {
  const auto any = has_amendments(database, detector, from, to);
  if (!any) return any.error();
  if (!*any) return ok();
  while (from < to) {
    const IntervalIndex end = std::min(to, end_of_epoch(epoch_of_amendment(from)));
    auto cursor = database.scan(Family::checkpoints,
                                {amendment_key(detector, column, segment, from),
                                 after_prefix(amendment_key(detector, column, segment, end - 1))});
    for (; cursor.valid(); cursor.next())
      if (auto visited = visit(interval_in(cursor.key()), cursor.value()); !visited)
        return while_doing(doing("reading the amendments", detector, interval_in(cursor.key())),
                           visited.error());
    if (auto status = cursor.status(); !status) return status;
    from = end;
  }
  return ok();
}

}  // namespace

std::string revisions_key(std::string_view detector, IntervalIndex interval) {
  return amendment_key(detector, 0, 0, interval);
}

std::string amended_segment_key(std::string_view detector, MeasureIndex measure,
                                std::size_t segment, IntervalIndex interval) {
  return amendment_key(detector, static_cast<std::uint16_t>(measure + 1),
                       static_cast<std::uint32_t>(segment), interval);
}

AmendmentKey read_amendment_key(std::string_view after_letter) {
  KeyReader reader(after_letter);
  AmendmentKey parts;
  parts.epoch = reader.interval();
  parts.column = reader.number<std::uint16_t>();
  parts.segment = reader.number<std::uint32_t>();
  parts.interval = reader.interval();
  parts.is_whole = reader.is_complete() && epoch_of_amendment(parts.interval) == parts.epoch;
  return parts;
}

KeyRange outdated_amendments(std::string_view detector, IntervalIndex first_kept) {
  const std::string begin = state_key(detector, amendments_letter);
  return {begin, begin + KeyWriter().interval(epoch_of_amendment(first_kept)).take()};
}

Result<void> check_amendments(const IntervalCommit& interval) {
  const IntervalIndex* before = nullptr;
  for (const Amendment& amendment : interval.amendments) {
    const std::string which = "the amendment of interval " + std::to_string(amendment.interval);
    if (amendment.interval >= interval.frame.interval)
      return invalid_input(which + " is not of an earlier one");
    if (before != nullptr && amendment.interval <= *before)
      return invalid_input(which + " does not follow the one before");
    if (amendment.measures.size() != interval.frame.measures.size())
      return invalid_input(which + " has other measures than the frame");
    before = &amendment.interval;
    for (const AmendedColumn& column : amendment.measures)
      if (column.series.size() != column.values.size() ||
          !std::ranges::is_sorted(column.series, std::ranges::less_equal()) ||
          (!column.series.empty() && column.series.back() >= interval.frame.series_count))
        return invalid_input(which + " has a column that does not fit the frame");
  }
  return ok();
}

Result<void> put_amendments(Database& database, Batch& batch, const IntervalCommit& interval) {
  const auto detector = interval.detector;
  for (const Amendment& amendment : interval.amendments)
    if (auto put = put_amendment(database, batch, detector, interval.frame.interval, amendment);
        !put)
      return while_doing(doing("amending", detector, amendment.interval), put.error());
  return ok();
}

Result<void> amend_points(const Database& database, std::string_view detector, MeasureIndex measure,
                          SeriesIndex series, Points& points) {
  points.revisions.assign(points.intervals.size(), 0);
  if (points.intervals.empty()) return ok();
  std::size_t at = 0;
  const auto amend = [&](IntervalIndex interval, std::string_view record) -> Result<void> {
    while (at < points.intervals.size() && points.intervals[at] < interval) ++at;
    if (at == points.intervals.size() || points.intervals[at] != interval) return ok();
    const auto segment = decode_amended_segment(record);
    if (!segment) return segment.error();
    const auto& place = segment->places[series % series_per_amended_segment];
    if (place.revision == 0) return ok();
    points.values[at] =
        with_late(segment->aggregate, points.values[at], points.row_counts[at], place.late);
    points.revisions[at] = place.revision;
    return ok();
  };
  return for_each_record(database, detector, static_cast<std::uint16_t>(measure + 1),
                         static_cast<std::uint32_t>(series / series_per_amended_segment),
                         points.intervals.front(), points.intervals.back() + 1, amend);
}

Result<void> amend_quality(const Database& database, std::string_view detector,
                           std::span<IntervalQuality> newest_first) {
  if (newest_first.empty()) return ok();
  std::size_t left = newest_first.size();
  const auto tell = [&](IntervalIndex interval, std::string_view record) -> Result<void> {
    while (left > 0 && newest_first[left - 1].interval < interval) --left;
    if (left == 0 || newest_first[left - 1].interval != interval) return ok();
    const auto revisions = decode_revisions(record);
    if (!revisions) return revisions.error();
    IntervalQuality& quality = newest_first[left - 1];
    quality.revision = revisions->size();
    for (const Revision& revision : *revisions) quality.late_rows += revision.rows;
    return ok();
  };
  return for_each_record(database, detector, 0, 0, newest_first.back().interval,
                         newest_first.front().interval + 1, tell);
}

}  // namespace bellwether::store
