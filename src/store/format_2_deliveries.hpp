#pragma once

#include "bellwether/base/result.hpp"

#include "database.hpp"

namespace bellwether::store {

// Format 2 of the store kept deliveries without a place in the ledger (docs/formats/documents.md):
// slips of version 1, and one list, `c created id`.

/// Turns a store of format 2 into one of format 3: gives every delivery its place, in the order of
/// the old list, and enters it into the lists of its groups. May be broken off at any time and
/// called again.
Result<void> give_deliveries_their_places(Database& database);

}  // namespace bellwether::store
