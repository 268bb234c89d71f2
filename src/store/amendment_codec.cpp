#include "amendment_codec.hpp"

#include <bit>

#include "bellwether/base/bytes.hpp"

namespace bellwether::store {
namespace {

constexpr std::uint8_t revisions_version = 1;
constexpr std::uint8_t segment_version = 1;

}  // namespace

std::string encode_revisions(const std::vector<Revision>& revisions) {
  ByteWriter writer;
  writer.put(revisions_version);
  writer.put_varint(revisions.size());
  for (const Revision& revision : revisions) {
    writer.put(revision.taken_with);
    writer.put_varint(revision.rows);
  }
  return writer.take();
}

Result<std::vector<Revision>> decode_revisions(std::string_view record) {
  ByteReader reader(record);
  if (reader.get<std::uint8_t>() != revisions_version)
    return corrupt("the revisions of an interval have an unknown version");
  std::vector<Revision> revisions;
  for (auto left = reader.get_varint(); left > 0 && !reader.failed(); --left) {
    const auto taken_with = reader.get<IntervalIndex>();
    const auto rows = reader.get_varint();
    revisions.push_back({taken_with, rows});
  }
  if (!reader.is_complete() || revisions.empty())
    return corrupt("the revisions of an interval do not decode");
  return revisions;
}

std::string encode_amended_segment(const AmendedSegment& segment) {
  std::uint64_t mask = 0;
  for (std::size_t i = 0; i < segment.places.size(); ++i)
    mask |= std::uint64_t{segment.places[i].revision > 0} << i;
  ByteWriter writer;
  writer.put(segment_version);
  writer.put(static_cast<std::uint8_t>(segment.aggregate));
  writer.put(mask);
  for (; mask != 0; mask &= mask - 1) {
    const auto& place = segment.places[static_cast<std::size_t>(std::countr_zero(mask))];
    writer.put_varint(place.revision);
    writer.put(place.late.value);
    if (segment.aggregate == Aggregate::avg) writer.put(place.late.row_count);
  }
  return writer.take();
}

Result<AmendedSegment> decode_amended_segment(std::string_view record) {
  ByteReader reader(record);
  if (reader.get<std::uint8_t>() != segment_version)
    return corrupt("an amended segment has an unknown version");
  const auto aggregate = reader.get<std::uint8_t>();
  if (aggregate > static_cast<std::uint8_t>(Aggregate::count))
    return corrupt("an amended segment has an unknown aggregate");
  AmendedSegment segment;
  segment.aggregate = static_cast<Aggregate>(aggregate);
  bool is_sound = true;
  for (auto mask = reader.get<std::uint64_t>(); mask != 0; mask &= mask - 1) {
    auto& place = segment.places[static_cast<std::size_t>(std::countr_zero(mask))];
    place.revision = reader.get_varint();
    place.late.value = reader.get<double>();
    if (segment.aggregate == Aggregate::avg) place.late.row_count = reader.get<double>();
    is_sound = is_sound && place.revision > 0;
  }
  if (!reader.is_complete() || !is_sound) return corrupt("an amended segment does not decode");
  return segment;
}

}  // namespace bellwether::store
