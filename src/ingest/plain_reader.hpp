#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "bellwether/ingest/row_reader.hpp"

namespace bellwether::ingest {

/// A reader of uncompressed rows that can be put down and taken up again.
class PlainReader : public RowReader {
 public:
  /// Whether the header, without which no row can be read, has been fed.
  virtual bool has_header() const = 0;

  /// The number of the last row read, from 1, refused rows included.
  virtual std::uint64_t row() const = 0;

  /// The next byte fed will be number `consumed_bytes` of the input and follow row `row`; what was
  /// fed before is forgotten but for the header.
  virtual void continue_at(std::uint64_t consumed_bytes, std::uint64_t row) = 0;

  /// Rows beyond are refused from now on.
  virtual void allow_until(std::optional<TimePoint> latest) = 0;

  /// The time of the rows to come, where no column has it.
  virtual void give_time(TimePoint time) = 0;
};

Result<std::unique_ptr<PlainReader>> make_plain_reader(const RowSchema& schema,
                                                       const RowFormat& format);

}  // namespace bellwether::ingest
