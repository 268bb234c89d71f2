#include "bellwether/ingest/row_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>
#include <variant>

#include "bellwether/ingest/pushed_rows.hpp"
#include "bellwether/ingest/time_zone_database.hpp"
#include "bellwether/ingest/timestamp_format.hpp"

#include "csv_reader.hpp"
#include "json_lines_reader.hpp"
#include "json_row_parser.hpp"
#include "plain_reader.hpp"
#include "row_builder.hpp"
#include "sniffing_reader.hpp"

namespace bellwether::ingest {

RowBatch make_row_batch(const DetectorSpec& spec) {
  RowBatch batch;
  batch.dimensions.resize(spec.dimensions.size());
  batch.measures.resize(spec.measures.size());
  return batch;
}

TimePoint latest_allowed_at(TimePoint now, Duration interval) {
  return now + interval + std::chrono::minutes(10);
}

Result<std::unique_ptr<PlainReader>> make_plain_reader(const RowSchema& schema,
                                                       const RowFormat& format) {
  auto builder = RowBuilder::make(schema);
  if (!builder) return builder.error();
  if (const auto* csv = std::get_if<CsvFormat>(&format))
    return std::unique_ptr<PlainReader>(std::make_unique<CsvReader>(*std::move(builder), *csv));
  return std::unique_ptr<PlainReader>(std::make_unique<JsonLinesReader>(*std::move(builder)));
}

Result<std::unique_ptr<RowReader>> make_row_reader(const RowSchema& schema,
                                                   const RowFormat& format) {
  auto reader = make_plain_reader(schema, format);
  if (!reader) return reader.error();
  return std::unique_ptr<RowReader>(std::make_unique<SniffingReader>(std::move(*reader)));
}

Result<RowBatch> read_pushed_rows(const RowSchema& schema, PushedFormat format,
                                  std::string_view body, std::uint64_t max_rows) {
  // What the bound is compared with while a text goes on.
  constexpr std::size_t piece_bytes = 1U << 20U;
  const auto too_many = [&] {
    return Error{ErrorCode::overloaded, "the body has more than " + std::to_string(max_rows) +
                                            " rows; send fewer at once (server.limits.rows)"};
  };
  RowBatch batch = make_row_batch(schema.spec);
  if (format == PushedFormat::json_array) {
    auto builder = RowBuilder::make(schema);
    if (!builder) return builder.error();
    builder->attach(batch);
    JsonRowParser parser(*std::move(builder));
    if (auto parsed = parser.parse_array(body, max_rows); !parsed) return parsed.error();
    if (parser.builder().row() > max_rows) return too_many();
    return batch;
  }
  auto reader = make_plain_reader(
      schema, format == PushedFormat::csv ? RowFormat(CsvFormat()) : RowFormat(JsonFormat()));
  if (!reader) return reader.error();
  for (; !body.empty(); body.remove_prefix(std::min(piece_bytes, body.size()))) {
    if (auto fed = (*reader)->feed(body.substr(0, piece_bytes), batch); !fed) return fed.error();
    if ((*reader)->row() > max_rows) return too_many();
  }
  if (auto finished = (*reader)->finish(batch); !finished) return finished.error();
  if ((*reader)->row() > max_rows) return too_many();
  return batch;
}

Result<RowBatch> read_pushed_rows(const RowSchema& schema, PushedFormat format,
                                  std::string_view body) {
  return read_pushed_rows(schema, format, body, std::numeric_limits<std::uint64_t>::max());
}

Problems validate_timestamp(const TimestampSpec& spec) {
  Problems problems;
  if (auto zone = load_time_zone(spec.timezone); !zone)
    problems.push_back({"timestamp.timezone", zone.error().message, 0, 0});
  if (auto format = TimestampFormat::compile(spec.format, {}); !format)
    problems.push_back({"timestamp.format", format.error().message, 0, 0});
  return problems;
}

}  // namespace bellwether::ingest
