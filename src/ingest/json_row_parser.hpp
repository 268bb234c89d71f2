#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string_view>

#include "bellwether/base/result.hpp"

#include "row_builder.hpp"

namespace bellwether::ingest {

/// Makes rows of JSON objects. Numbers, strings, `true`, `false` and `null` are values; a column
/// that holds an object or array spoils its row. Keys that no slot asks for are passed over, and
/// what stands in them is not looked at closely.
class JsonRowParser {
 public:
  explicit JsonRowParser(RowBuilder builder);
  ~JsonRowParser();
  JsonRowParser(const JsonRowParser&) = delete;
  JsonRowParser& operator=(const JsonRowParser&) = delete;

  RowBuilder& builder() const;

  /// One row of one line. `room_after` bytes after it may be read, whatever they hold.
  void parse_line(std::string_view line, std::size_t room_after);

  /// One row of each element; stops behind the row after `max_rows`.
  ///
  /// Errors   invalid_input when the text is no array; the rows before the flaw were built.
  Result<void> parse_array(std::string_view text,
                           std::uint64_t max_rows = std::numeric_limits<std::uint64_t>::max());

 private:
  struct Body;
  std::unique_ptr<Body> body_;
};

}  // namespace bellwether::ingest
