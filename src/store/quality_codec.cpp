#include "quality_codec.hpp"

#include "bellwether/base/bytes.hpp"

#include "rejected_codec.hpp"

namespace bellwether::store {
namespace {

constexpr std::uint8_t quality_version =
    4;  // 1 did not tell of the source, 2 not of failed imports, 3 not of late rows.

}  // namespace

std::string encode_quality(const IntervalQuality& quality) {
  ByteWriter writer;
  writer.put(quality_version);
  writer.put(quality.start.time_since_epoch().count());
  for (const std::uint64_t count :
       {quality.rows, quality.filtered, quality.missing_values, quality.series_present,
        quality.series_missing, quality.series_new})
    writer.put_varint(count);
  writer.put(static_cast<std::uint8_t>(quality.source));
  put_rejected(writer, quality.rejected);
  writer.put_text(quality.import_failure);
  writer.put_varint(quality.late_merged);
  return writer.take();
}

Result<IntervalQuality> decode_quality(IntervalIndex interval, std::string_view record) {
  ByteReader reader(record);
  const auto version = reader.get<std::uint8_t>();
  if (version < 1 || version > quality_version)
    return corrupt("a quality record has an unknown version");
  IntervalQuality quality;
  quality.interval = interval;
  quality.start = TimePoint(Duration(reader.get<std::int64_t>()));
  for (std::uint64_t* count :
       {&quality.rows, &quality.filtered, &quality.missing_values, &quality.series_present,
        &quality.series_missing, &quality.series_new})
    *count = reader.get_varint();
  const auto source = version > 1 ? reader.get<std::uint8_t>() : std::uint8_t{0};
  quality.source = static_cast<SourceHealth>(source);
  const bool has_rejected = get_rejected(reader, quality.rejected);
  if (version > 2) quality.import_failure = reader.get_text();
  if (version > 3) quality.late_merged = reader.get_varint();
  if (!has_rejected || !reader.is_complete() || source >= source_health_count)
    return corrupt("a quality record does not decode");
  return quality;
}

}  // namespace bellwether::store
