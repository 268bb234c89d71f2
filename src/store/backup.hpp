#pragma once

#include <string>

#include "bellwether/base/result.hpp"

#include "database.hpp"

namespace bellwether::store {

/// Copies a database to a directory that does not exist or is empty: its files as they are when it
/// is ours to write, else record by record.
Result<void> backup_database(const Database& database, const std::string& directory);

}  // namespace bellwether::store
