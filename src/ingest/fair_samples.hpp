#pragma once

#include <cstdint>
#include <string>

#include "bellwether/domain/quality.hpp"

namespace bellwether::ingest {

/// Whether one more refused row should be told of: there is room, or another reason has the room of
/// two more.
bool wants_sample(const RejectedRows& rejected, RowFault fault);

/// Counts a refused row and keeps it as a sample if it is wanted, so that every reason is seen
/// however often another one comes first.
///
/// Order    samples stay in the order of rows.
void add_fairly(RejectedRows& rejected, RowFault fault, std::uint64_t row, std::string message);

/// The same for all of `more`.
void add_fairly(RejectedRows& rejected, const RejectedRows& more);

}  // namespace bellwether::ingest
