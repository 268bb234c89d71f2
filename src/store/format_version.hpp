#pragma once

#include <cstdint>
#include <functional>
#include <map>

#include "bellwether/base/result.hpp"

namespace bellwether::store {

class Database;

/// The format of everything in the store; the key `format` of the meta family holds it.
inline constexpr std::uint32_t format_version = 3;

/// Turns a store of the version it is listed under into one of the next.
using Migration = std::function<Result<void>(Database&)>;
using Migrations = std::map<std::uint32_t, Migration>;

/// The migrations this release knows.
const Migrations& known_migrations();

/// Marks a new store, accepts one of `current`, migrates an older one step by step and refuses a
/// newer one. `migrations` is what it may use.
///
/// Errors   corrupt: newer, or not a Bellwether store; unavailable: older, and opened read-only.
Result<void> check_format_version(Database& database, std::uint32_t current = format_version,
                                  const Migrations& migrations = known_migrations());

/// Accepts a store of this format or an older one.
///
/// Errors   corrupt: newer, or not a Bellwether store.
Result<void> refuse_newer_format(const Database& database);

}  // namespace bellwether::store
