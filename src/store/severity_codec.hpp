#pragma once

#include "bit_stream.hpp"
#include "series_columns.hpp"

namespace bellwether::store {

/// A severity as it is read back: 0 stays 0; others below 16 become the middle of their four
/// numbers (0 to 4, 4 to 8, ...), below 32 of their two, from there on the half they lie on or have
/// passed. So it stays on its side of every threshold that is a multiple of 4, from 16 on of 2, and
/// from 32 on of 0.5.
float coarse_severity(float severity);

/// Writes the severities of `columns`, whose values and bands must be as they are read back; they
/// tell most of it.
void encode_severities(const SeriesColumns& columns, BitWriter& bits);

/// Errors   false: the bits are not what `encode_severities` writes.
bool decode_severities(BitReader& bits, SeriesColumns& columns);

}  // namespace bellwether::store
