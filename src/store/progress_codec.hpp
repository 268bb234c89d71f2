#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/dictionary.hpp"
#include "bellwether/domain/interval_grid.hpp"
#include "bellwether/domain/row_batch.hpp"

namespace bellwether::store {

/// Where a detector stands, rewritten with every commit (docs/formats/store.md).
struct ProgressRecord {
  IntervalIndex first_interval = 0;  ///< The first ever committed; retention is kept elsewhere.
  IntervalIndex last_interval = 0;
  std::uint64_t intervals = 0;
  Dictionary::Size dictionary;
  SourcePosition position;

  bool operator==(const ProgressRecord&) const = default;
};

std::string encode_progress(const ProgressRecord& progress);
Result<ProgressRecord> decode_progress(std::string_view record);

}  // namespace bellwether::store
