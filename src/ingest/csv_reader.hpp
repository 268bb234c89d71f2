#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plain_reader.hpp"
#include "record_cutter.hpp"
#include "row_builder.hpp"

namespace bellwether::ingest {

/// Reads delimited text: RFC 4180 with any delimiter and quote, with a header or a list of columns.
///
/// A file may have both a header and a list: its first line is then skipped. Columns that no slot
/// asks for are passed over; a row with another number of fields than there are columns is refused.
class CsvReader final : public PlainReader {
 public:
  CsvReader(RowBuilder builder, const CsvFormat& format);

  Result<void> feed(std::string_view bytes, RowBatch& batch) override;
  Result<void> finish(RowBatch& batch) override;
  std::uint64_t consumed_bytes() const override { return cutter_.consumed(); }

  bool has_header() const override { return !is_header_due_; }
  std::uint64_t row() const override { return builder_.row(); }
  void continue_at(std::uint64_t consumed_bytes, std::uint64_t row) override;
  void allow_until(std::optional<TimePoint> latest) override { builder_.allow_until(latest); }
  void give_time(TimePoint time) override { builder_.give_time(time); }

 private:
  static constexpr RowBuilder::Slot no_slot = std::numeric_limits<RowBuilder::Slot>::max();

  void take(const Record& record);
  void take_header(const Record& record);
  void map_columns(const std::vector<std::string_view>& names, std::string_view where);
  void fail(std::string message);

  bool split(const Record& record);
  void split_plain(std::string_view text);
  bool split_quoted(std::string_view text);
  void read_row(const Record& record);

  RowBuilder builder_;
  CsvFormat format_;
  char delimiter_;
  std::optional<char> quote_;
  RecordCutter cutter_;
  RecordCutter::OnRecord on_record_;

  bool is_header_due_;
  std::vector<RowBuilder::Slot> slot_of_column_;
  std::optional<Error> failure_;  ///< Nothing can be read any more.

  std::vector<std::string_view> fields_;  ///< Of the record at hand.
  std::string unquoted_;                  ///< What stood in its quotes.
};

}  // namespace bellwether::ingest
