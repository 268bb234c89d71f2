#include "amendment_check.hpp"

#include <algorithm>

#include "amendment_codec.hpp"
#include "amendment_records.hpp"

namespace bellwether::store {

std::string AmendmentCheck::fault(std::string_view detector, std::string_view after_letter,
                                  std::string_view record, IntervalIndex last_interval) {
  const AmendmentKey key = read_amendment_key(after_letter);
  if (!key.is_whole) return "an amendment's key does not read";
  if (detector != detector_ || key.epoch != epoch_) {
    detector_ = detector;
    epoch_ = key.epoch;
    revisions_.clear();
  }
  const std::string fault = key.column == 0 ? revisions_fault(key.interval, record, last_interval)
                                            : segment_fault(key.interval, record);
  if (fault.empty()) return {};
  return "interval " + std::to_string(key.interval) + ": " + fault;
}

std::string AmendmentCheck::revisions_fault(IntervalIndex interval, std::string_view record,
                                            IntervalIndex last_interval) {
  const auto revisions = decode_revisions(record);
  if (!revisions) return revisions.error().message;
  revisions_[interval] = revisions->size();
  IntervalIndex before = interval;
  for (const Revision& revision : *revisions) {
    if (revision.taken_with <= before) return "its revisions are not in the order of their commits";
    before = revision.taken_with;
  }
  if (before > last_interval) return "it was amended beyond the last interval committed";
  return {};
}

std::string AmendmentCheck::segment_fault(IntervalIndex interval, std::string_view record) const {
  const auto segment = decode_amended_segment(record);
  if (!segment) return segment.error().message;
  const auto revisions = revisions_.find(interval);
  if (revisions == revisions_.end()) return "a segment of it was amended, but not the interval";
  const auto newest = std::ranges::max(segment->places, {}, &AmendedSegment::Place::revision);
  if (newest.revision > revisions->second)
    return "a segment has revision " + std::to_string(newest.revision) +
           " where the interval has " + std::to_string(revisions->second);
  return {};
}

}  // namespace bellwether::store
