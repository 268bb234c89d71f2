#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/row_batch.hpp"
#include "bellwether/ingest/row_reader.hpp"
#include "bellwether/ingest/timestamp_format.hpp"

#include "value_encoder.hpp"

namespace bellwether::ingest {

/// Makes rows of a batch from fields, and knows what makes a row bad: the one place of the row
/// rules, whatever the format.
///
/// A reader attaches the batch, then for each row sets the fields it has and ends it. Rows are
/// numbered in order of ending, refused ones too.
///
/// Cost     no allocation per good row but for the batch's own growth.
class RowBuilder {
 public:
  /// A column's place: the timestamp, then the measures, then the dimensions.
  using Slot = std::uint32_t;

  static Result<RowBuilder> make(const RowSchema& schema);

  std::size_t slot_count() const { return columns_.size(); }
  const std::string& column(Slot slot) const { return columns_[slot]; }
  std::optional<Slot> slot_of(std::string_view column) const;
  bool is_measure(Slot slot) const { return slot >= 1 && slot <= measure_count_; }
  /// Whether a column is read for the time of a row.
  bool reads_time() const { return reads_time_; }
  std::size_t measure_count() const { return measure_count_; }

  void allow_until(std::optional<TimePoint> latest) { latest_allowed_ = latest; }

  /// The time of the rows to come, where no column has it.
  void give_time(TimePoint time) { timestamp_ = time; }

  /// The number of the last row of the input that was ended, from 1.
  std::uint64_t row() const { return row_; }
  void continue_after(std::uint64_t row) { row_ = row; }

  /// Rows go into `batch` until the next call. To be called anew whenever it may be another one.
  void attach(RowBatch& batch);

  /// The texts must live until the row is ended. A slot that is set twice keeps the later text.
  void set(Slot slot, std::string_view text) {
    fields_[slot] = {text, std::numeric_limits<double>::quiet_NaN(), true};
  }
  void set_number(Slot slot, std::string_view text, double number) {
    fields_[slot] = {text, number, true};
  }

  /// Sets the row's time where it does not come as text in the timestamp column.
  void set_time(TimePoint time) { given_time_ = time; }

  /// Applies the row rules to the fields set since the last row and keeps or refuses it.
  void end_row();

  /// Ends the row as refused, whatever was set.
  void refuse_row(RowFault fault, std::string message);

 private:
  struct Field {
    std::string_view text;
    double number = 0;  ///< NaN where only the text is known.
    bool is_set = false;
  };

  explicit RowBuilder(TimestampFormat format) : format_(std::move(format)) {}

  bool read_timestamp();
  bool parse_timestamp();
  bool read_dimensions();
  bool read_measures();
  double read_measure(std::size_t measure) const;
  void keep_row();
  void clear_fields();

  std::vector<std::string> columns_;
  bool reads_time_ = true;
  std::size_t measure_count_ = 0;
  std::size_t dimension_count_ = 0;
  std::vector<bool> counts_any_text_;  ///< Per measure: `count` needs no number.
  std::size_t max_value_length_ = 0;
  std::optional<TimePoint> latest_allowed_;
  TimestampFormat format_;

  RowBatch* batch_ = nullptr;
  std::vector<ValueEncoder> encoders_;
  std::uint64_t row_ = 0;

  // The row being built.
  std::vector<Field> fields_;
  std::optional<TimePoint> given_time_;
  TimePoint timestamp_{};
  std::vector<double> measures_;
  std::vector<std::uint32_t> codes_;  ///< `unknown_code` for a value new to the batch.

  // Neighbouring rows often share their timestamp.
  std::string last_timestamp_text_;
  TimePoint last_timestamp_{};
};

}  // namespace bellwether::ingest
