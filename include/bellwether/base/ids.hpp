#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bellwether {

/// A UUID made from text alone (version 5, RFC 9562): the same text has the same id on every host
/// and in every release. Lower case, with hyphens.
std::string stable_uuid(std::string_view text);

/// A random UUID (version 4), for things that people make by hand. Not for the deterministic core.
std::string random_uuid();

/// A 64-bit hash that never changes between hosts and releases (FNV-1a with a final mix).
std::uint64_t stable_hash(std::string_view bytes);

}  // namespace bellwether
