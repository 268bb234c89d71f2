#pragma once

#include <cstdint>
#include <string_view>

#include "bellwether/ingest/row_reader.hpp"

namespace bellwether::ingest {

/// Reads a whole text, as pushed over HTTP, of at most `max_rows` rows, refused ones included.
///
/// Errors   invalid_input: as a whole it cannot be read; overloaded: it has more rows, which shows
///          before much more than that is read.
Result<RowBatch> read_pushed_rows(const RowSchema& schema, PushedFormat format,
                                  std::string_view body, std::uint64_t max_rows);

}  // namespace bellwether::ingest
