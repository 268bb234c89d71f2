#include "message_reader.hpp"

#include <utility>

namespace bellwether::ingest {
namespace {

constexpr std::string_view blanks = " \t\r\n";

bool is_blank(std::string_view text) {
  return text.find_first_not_of(blanks) == std::string_view::npos;
}

}  // namespace

Result<MessageReader> MessageReader::make(const RowSchema& schema, const RowFormat& format) {
  if (std::holds_alternative<CsvFormat>(format)) {
    auto csv = make_plain_reader(schema, format);
    if (!csv) return csv.error();
    // Columns that do not fit are found now, not with the first message.
    RowBatch none = make_row_batch(schema.spec);
    if (auto fed = (*csv)->feed("", none); !fed) return fed.error();
    return MessageReader(nullptr, std::move(*csv), schema.has_given_times);
  }
  auto builder = RowBuilder::make(schema);
  if (!builder) return builder.error();
  return MessageReader(std::make_unique<JsonRowParser>(*std::move(builder)), nullptr,
                       schema.has_given_times);
}

void MessageReader::attach(RowBatch& batch) {
  batch_ = &batch;
  if (json_) json_->builder().attach(batch);
}

void MessageReader::allow_until(std::optional<TimePoint> latest) {
  if (json_) json_->builder().allow_until(latest);
  if (csv_) csv_->allow_until(latest);
}

void MessageReader::read(std::string_view value, std::uint64_t number,
                         std::optional<TimePoint> time) {
  RowBatch& batch = *batch_;
  batch.end_row = number;
  const std::size_t first = batch.row_numbers.size();
  if (csv_) csv_->continue_at(0, number);
  if (json_) json_->builder().continue_after(number);
  if (needs_time_ && time && csv_) csv_->give_time(*time);
  if (needs_time_ && time && json_) json_->builder().give_time(*time);
  if (needs_time_ && !time) {
    refuse(RowFault::missing_timestamp, "the message has no timestamp");
  } else if (csv_) {
    read_csv(value);
  } else {
    read_json(value);
  }
  for (std::size_t row = first; row < batch.row_numbers.size(); ++row)
    batch.row_numbers[row] = static_cast<std::uint32_t>(number - batch.first_row);
  batch.end_row = number + 1;
}

void MessageReader::read_json(std::string_view value) {
  const std::size_t begin = value.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return;
  if (value[begin] == '[') {
    if (auto parsed = json_->parse_array(value); !parsed)
      refuse(RowFault::unreadable, parsed.error().message);
    return;
  }
  while (!value.empty()) {
    const std::size_t end = std::min(value.find('\n'), value.size());
    const std::string_view line = value.substr(0, end);
    if (!is_blank(line)) json_->parse_line(line, value.size() - end);
    value.remove_prefix(std::min(end + 1, value.size()));
  }
}

void MessageReader::read_csv(std::string_view value) {
  if (is_blank(value)) return;
  auto fed = csv_->feed(value, *batch_);
  if (fed) fed = csv_->finish(*batch_);
  if (!fed) refuse(RowFault::unreadable, fed.error().message);
}

void MessageReader::refuse(RowFault fault, std::string message) {
  if (json_) return json_->builder().refuse_row(fault, std::move(message));
  batch_->rejected.add(fault, batch_->end_row + 1, std::move(message));
  batch_->rejected_faults.push_back(fault);
  ++batch_->end_row;
}

}  // namespace bellwether::ingest
