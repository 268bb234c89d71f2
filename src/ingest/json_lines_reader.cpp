#include "json_lines_reader.hpp"

#include <string>
#include <utility>

namespace bellwether::ingest {

JsonLinesReader::JsonLinesReader(RowBuilder builder)
    : parser_(std::move(builder)),
      cutter_('\n', std::nullopt),
      on_record_([this](const Record& record) { take(record); }) {}

Result<void> JsonLinesReader::feed(std::string_view bytes, RowBatch& batch) {
  parser_.builder().attach(batch);
  cutter_.feed(bytes, on_record_);
  return ok();
}

Result<void> JsonLinesReader::finish(RowBatch& batch) {
  parser_.builder().attach(batch);
  cutter_.finish(on_record_);
  return ok();
}

void JsonLinesReader::continue_at(std::uint64_t consumed_bytes, std::uint64_t row) {
  cutter_.continue_at(consumed_bytes);
  parser_.builder().continue_after(row);
}

void JsonLinesReader::take(const Record& record) {
  if (record.fault != Record::Fault::none) {
    parser_.builder().refuse_row(
        RowFault::unreadable,
        "the line is longer than " + std::to_string(RecordCutter::max_record_bytes) + " bytes");
  } else if (record.text.find_first_not_of(" \t\r") != std::string_view::npos) {
    parser_.parse_line(record.text, record.room_after);
  }
}

}  // namespace bellwether::ingest
