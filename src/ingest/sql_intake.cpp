#include "sql_intake.hpp"

#include <algorithm>
#include <string>

#include "bellwether/ingest/row_reader.hpp"

#include "import_position.hpp"
#include "text.hpp"

namespace bellwether::ingest {
namespace {

std::string names_of(const std::vector<SqlColumn>& columns) {
  std::string names;
  for (const SqlColumn& column : columns)
    names += (names.empty() ? "'" : ", '") + column.name + "'";
  return names;
}

Error missing(const RowBuilder& builder, RowBuilder::Slot slot,
              const std::vector<SqlColumn>& columns) {
  const char* use = slot == 0                  ? "the timestamp"
                    : builder.is_measure(slot) ? "a measure"
                                               : "a dimension";
  return invalid_input("the query has no column '" + builder.column(slot) + "' for " + use +
                       "; it has " + names_of(columns));
}

}  // namespace

Result<SqlIntake> SqlIntake::make(const DetectorSpec& spec, const IntervalGrid& grid,
                                  const std::vector<SqlColumn>& columns) {
  auto builder = RowBuilder::make({spec, std::nullopt});
  if (!builder) return builder.error();
  std::vector<std::pair<std::size_t, RowBuilder::Slot>> fields;
  std::size_t time_field = 0;
  for (RowBuilder::Slot slot = 0; slot < builder->slot_count(); ++slot) {
    const auto found = std::ranges::find(columns, builder->column(slot), &SqlColumn::name);
    if (found == columns.end()) return missing(*builder, slot, columns);
    const auto field = static_cast<std::size_t>(found - columns.begin());
    if (slot == 0) time_field = field;
    if (slot != 0) fields.emplace_back(field, slot);
  }
  auto time = SqlTimeColumn::make(spec, columns[time_field]);
  if (!time) return time.error();
  SqlIntake intake(*std::move(builder), *std::move(time), spec, grid);
  intake.time_field_ = time_field;
  intake.fields_ = std::move(fields);
  return intake;
}

void SqlIntake::begin(IntervalIndex first, IntervalIndex end, std::uint64_t first_row) {
  interval_ = first;
  end_ = end;
  interval_begin_ = grid_.start_of(first);
  interval_end_ = grid_.end_of(first);
  first_row_of_interval_ = next_row_ = first_row;
  builder_.continue_after(0);
  begin_batch();
}

void SqlIntake::begin_batch() {
  batch_ = make_row_batch(spec_);
  batch_.stream = stream_name;
  batch_.first_row = batch_.end_row = next_row_;
  batch_.is_historical = true;  // No row of it closes an interval: the import's end does.
  batch_.resume_at = batch_.resume_after = to_text(stream_name, ImportPosition{interval_begin_});
  builder_.attach(batch_);
}

void SqlIntake::take(const SqlRows& rows, std::deque<Handout>& handouts) {
  builder_.attach(batch_);
  for (std::size_t row = 0; row < rows.row_count(); ++row) take_row(rows.row(row), handouts);
  hand_out_batch(handouts);
}

void SqlIntake::take_row(const std::optional<std::string_view>* fields,
                         std::deque<Handout>& handouts) {
  const auto& text = fields[time_field_];
  if (!text) {
    builder_.refuse_row(RowFault::missing_timestamp,
                        "column '" + builder_.column(0) + "': there is no timestamp");
    return;
  }
  const auto time = time_.read(*text);
  if (!time || !go_to(*time, handouts)) {
    builder_.refuse_row(RowFault::bad_timestamp,
                        "column '" + builder_.column(0) + "': " +
                            (time ? shown(*text) + " lies outside the interval that was asked for"
                                  : time.error().message));
    return;
  }
  builder_.set_time(*time);
  for (const auto& [field, slot] : fields_)
    if (const auto& value = fields[field]) builder_.set(slot, *value);
  builder_.end_row();
}

/// Makes the interval of `time` the one at hand; false when it is none that may still come.
bool SqlIntake::go_to(TimePoint time, std::deque<Handout>& handouts) {
  if (time >= interval_begin_ && time < interval_end_) return true;
  const IntervalIndex index = grid_.index_of(time);
  if (index < interval_ || index >= end_) return false;
  while (interval_ < index) hand_out_end("", handouts);
  return true;
}

void SqlIntake::finish(std::deque<Handout>& handouts) {
  while (interval_ < end_) hand_out_end("", handouts);
}

void SqlIntake::fail(const std::string& failure, std::deque<Handout>& handouts) {
  begin_batch();
  hand_out_end(failure, handouts);
}

void SqlIntake::hand_out_batch(std::deque<Handout>& handouts) {
  if (batch_.end_row == batch_.first_row) return;
  next_row_ = batch_.end_row;
  handouts.push_back({Source::State::rows, {.batch = std::move(batch_)}});
  begin_batch();
}

/// The interval at hand is over; the next one is.
void SqlIntake::hand_out_end(const std::string& failure, std::deque<Handout>& handouts) {
  hand_out_batch(handouts);
  const TimePoint over = interval_begin_;
  ++interval_;
  interval_begin_ = grid_.start_of(interval_);
  interval_end_ = grid_.end_of(interval_);
  first_row_of_interval_ = next_row_;
  builder_.continue_after(0);
  begin_batch();
  handouts.push_back(
      {Source::State::interval_done, {.batch = batch_, .interval = over, .failure = failure}});
}

}  // namespace bellwether::ingest
