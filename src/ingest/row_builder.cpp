#include "row_builder.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "text.hpp"

namespace bellwether::ingest {
namespace {

constexpr std::uint32_t unknown_code = std::numeric_limits<std::uint32_t>::max();

std::string in_column(const std::string& column, std::string_view what) {
  return "column '" + column + "': " + std::string(what);
}

}  // namespace

Result<RowBuilder> RowBuilder::make(const RowSchema& schema) {
  const DetectorSpec& spec = schema.spec;
  auto format = compile_timestamp(spec.timestamp);
  if (!format) return format.error();
  RowBuilder builder(*std::move(format));
  builder.latest_allowed_ = schema.latest_allowed;
  builder.reads_time_ = !schema.has_given_times;
  builder.max_value_length_ = spec.max_value_length;
  builder.columns_.push_back(spec.timestamp.column);
  for (const auto& measure : spec.measures) {
    builder.columns_.push_back(measure.column);
    builder.counts_any_text_.push_back(measure.aggregate == Aggregate::count);
  }
  for (const auto& dimension : spec.dimensions) builder.columns_.push_back(dimension);
  builder.measure_count_ = spec.measures.size();
  builder.dimension_count_ = spec.dimensions.size();
  builder.encoders_.resize(spec.dimensions.size());
  builder.fields_.resize(builder.columns_.size());
  builder.measures_.resize(spec.measures.size());
  builder.codes_.resize(spec.dimensions.size());
  return builder;
}

std::optional<RowBuilder::Slot> RowBuilder::slot_of(std::string_view column) const {
  const auto found = std::ranges::find(columns_, column);
  if (found == columns_.end()) return std::nullopt;
  return static_cast<Slot>(found - columns_.begin());
}

void RowBuilder::attach(RowBatch& batch) {
  batch_ = &batch;
  for (std::size_t i = 0; i < dimension_count_; ++i)
    encoders_[i].attach(batch.dimensions[i].values);
}

void RowBuilder::end_row() {
  if (read_timestamp() && read_dimensions() && read_measures()) keep_row();
}

void RowBuilder::refuse_row(RowFault fault, std::string message) {
  ++row_;
  ++batch_->end_row;
  batch_->rejected.add(fault, row_, std::move(message));
  batch_->rejected_faults.push_back(fault);
  clear_fields();
}

bool RowBuilder::read_timestamp() {
  if (given_time_) {
    timestamp_ = *given_time_;
  } else if (reads_time_ && !parse_timestamp()) {
    return false;
  }
  if (!latest_allowed_ || timestamp_ <= *latest_allowed_) return true;
  const std::string beyond = " lies in the future, after " + to_rfc3339(*latest_allowed_);
  refuse_row(RowFault::future_timestamp,
             given_time_ || !reads_time_ ? "the time " + to_rfc3339(timestamp_) + beyond
                                         : in_column(columns_[0], shown(fields_[0].text) + beyond));
  return false;
}

bool RowBuilder::parse_timestamp() {
  const Field& field = fields_[0];
  const auto refuse = [&](RowFault fault, std::string_view what) {
    refuse_row(fault, in_column(columns_[0], what));
    return false;
  };
  if (!field.is_set) return refuse(RowFault::missing_timestamp, "there is no timestamp");
  if (field.text == last_timestamp_text_ && !field.text.empty()) {
    timestamp_ = last_timestamp_;
    return true;
  }
  if (trimmed(field.text).empty())
    return refuse(RowFault::missing_timestamp, "the timestamp is empty");
  const auto time = format_.parse(field.text);
  if (!time) return refuse(RowFault::bad_timestamp, time.error().message);
  timestamp_ = last_timestamp_ = *time;
  last_timestamp_text_ = field.text;
  return true;
}

bool RowBuilder::read_dimensions() {
  for (std::size_t i = 0; i < dimension_count_; ++i) {
    const std::size_t slot = 1 + measure_count_ + i;
    const Field& field = fields_[slot];
    const auto refuse = [&](RowFault fault, std::string_view what) {
      refuse_row(fault, in_column(columns_[slot], what));
      return false;
    };
    if (!field.is_set) return refuse(RowFault::missing_dimension, "there is no value");
    if (field.text.empty()) return refuse(RowFault::missing_dimension, "the value is empty");
    const auto code = encoders_[i].find(field.text);
    codes_[i] = code.value_or(unknown_code);
    if (code) continue;
    if (field.text.size() > max_value_length_)
      return refuse(RowFault::long_value,
                    shown(field.text) + " has " + std::to_string(field.text.size()) +
                        " bytes; at most " + std::to_string(max_value_length_) + " are allowed");
    if (!is_utf8(field.text))
      return refuse(RowFault::unreadable, shown(field.text) + " is not UTF-8");
  }
  return true;
}

bool RowBuilder::read_measures() {
  bool has_any = false;
  for (std::size_t i = 0; i < measure_count_; ++i) {
    measures_[i] = read_measure(i);
    has_any |= !std::isnan(measures_[i]);
  }
  if (has_any) return true;
  std::string message = "no measure has a value";
  for (std::size_t i = 1; i <= measure_count_; ++i) {
    const Field& field = fields_[i];
    if (!field.is_set || says_no_value(field.text)) continue;
    message = in_column(columns_[i], shown(field.text) + " is not a number");
    break;
  }
  refuse_row(RowFault::no_measure, std::move(message));
  return false;
}

double RowBuilder::read_measure(std::size_t measure) const {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  const Field& field = fields_[1 + measure];
  if (!field.is_set) return none;
  if (counts_any_text_[measure]) return says_no_value(field.text) ? none : 1.0;
  if (!std::isnan(field.number)) return field.number;
  return parse_number(field.text).value_or(none);
}

void RowBuilder::keep_row() {
  RowBatch& batch = *batch_;
  batch.timestamps.push_back(timestamp_);
  for (std::size_t i = 0; i < dimension_count_; ++i) {
    if (codes_[i] == unknown_code)
      codes_[i] = encoders_[i].add(fields_[1 + measure_count_ + i].text);
    batch.dimensions[i].codes.push_back(codes_[i]);
  }
  for (std::size_t i = 0; i < measure_count_; ++i) batch.measures[i].push_back(measures_[i]);
  batch.row_numbers.push_back(static_cast<std::uint32_t>(batch.end_row - batch.first_row));
  ++row_;
  ++batch.end_row;
  clear_fields();
}

void RowBuilder::clear_fields() {
  for (Field& field : fields_) field.is_set = false;
}

}  // namespace bellwether::ingest
