#pragma once

#include "bellwether/document/section.hpp"
#include "bellwether/domain/row_format.hpp"

namespace bellwether::document {

/// Reads `format` of a source: `csv`, `json`, or a map with one of them. Absent: it stays.
void read_row_format(Section& source, RowFormat& format);
Node write_row_format(const RowFormat& format);

}  // namespace bellwether::document
