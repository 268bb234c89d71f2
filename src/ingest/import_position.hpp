#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/row_batch.hpp"

namespace bellwether::ingest {

/// Where a source that imports whole intervals stands: every interval that begins before `next` was
/// imported, or given up.
///
///     sql 1 next 2026-03-20T08:00:00Z
struct ImportPosition {
  TimePoint next{};

  bool operator==(const ImportPosition&) const = default;
};

/// One line (docs/formats/source_positions.md); `kind` is the stream's name.
std::string to_text(std::string_view kind, const ImportPosition& position);

/// Errors   corrupt for anything `to_text` did not write.
Result<ImportPosition> parse_import_position(std::string_view kind, std::string_view text);

/// The stream of that name in a position, or nothing where it was never read.
const StreamPosition* find_stream(const SourcePosition& position, std::string_view name);

}  // namespace bellwether::ingest
