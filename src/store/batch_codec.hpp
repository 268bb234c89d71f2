#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/row_batch.hpp"

namespace bellwether::store {

// A batch of pushed rows as the inbox keeps it (docs/formats/inbox.md): a head of fixed length with
// the row numbers, which are known only when the batch has its place, and the rows.

/// The rows: all but stream, positions, `first_row` and `end_row`.
std::string encode_batch_rows(const RowBatch& batch);

std::string encode_batch_head(std::uint64_t first_row, std::uint64_t end_row);
inline constexpr std::size_t batch_head_bytes = 17;

struct BatchHead {
  std::uint8_t version = 0;
  std::uint64_t first_row = 0;
  std::uint64_t end_row = 0;
};
Result<BatchHead> decode_batch_head(std::string_view record);

/// Head and rows. Stream and positions stay empty.
Result<RowBatch> decode_batch(std::string_view record);

}  // namespace bellwether::store
