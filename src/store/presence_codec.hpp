#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bit_stream.hpp"

namespace bellwether::store {

/// Which places of a column hold something: one 0 or 1 each.
using Presence = std::vector<std::uint8_t>;

/// Writes it in 2 bits when all or none are there, else in runs.
void encode_presence(const Presence& presence, BitWriter& bits);

Presence decode_presence(std::size_t count, BitReader& bits);

}  // namespace bellwether::store
