#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bellwether/base/result.hpp"
#include "bellwether/ingest/row_reader.hpp"

#include "json_row_parser.hpp"
#include "plain_reader.hpp"

namespace bellwether::ingest {

/// Makes rows of messages: each holds lines of CSV, JSON objects one per line, or one JSON array of
/// objects. All rows of a message have its number; a message without a line has no rows.
class MessageReader {
 public:
  static Result<MessageReader> make(const RowSchema& schema, const RowFormat& format);

  /// Rows go into `batch` until the next call.
  void attach(RowBatch& batch);
  void allow_until(std::optional<TimePoint> latest);

  /// `time` is that of the rows, where the schema says that it is given. Refused rows are counted
  /// in the batch.
  void read(std::string_view value, std::uint64_t number, std::optional<TimePoint> time);

 private:
  MessageReader(std::unique_ptr<JsonRowParser> json, std::unique_ptr<PlainReader> csv,
                bool needs_time)
      : json_(std::move(json)), csv_(std::move(csv)), needs_time_(needs_time) {}

  void read_json(std::string_view value);
  void read_csv(std::string_view value);
  void refuse(RowFault fault, std::string message);

  std::unique_ptr<JsonRowParser> json_;
  std::unique_ptr<PlainReader> csv_;
  bool needs_time_;
  RowBatch* batch_ = nullptr;
};

}  // namespace bellwether::ingest
