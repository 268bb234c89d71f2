#include "format_version.hpp"

#include <charconv>
#include <string>

#include "bellwether/base/log.hpp"

#include "database.hpp"
#include "format_1_frames.hpp"
#include "format_2_deliveries.hpp"

namespace bellwether::store {
namespace {

constexpr std::string_view version_key = "format";

Result<void> write_version(Database& database, std::uint32_t version) {
  Batch batch(database);
  batch.put(Family::meta, version_key, std::to_string(version));
  return database.write(batch, Durability::synced);
}

Result<bool> is_empty(const Database& database) {
  for (const Family family : all_families) {
    const auto cursor = database.scan(family, {});
    if (cursor.valid()) return false;
    if (auto status = cursor.status(); !status) return status.error();
  }
  return true;
}

Result<std::uint32_t> parse_version(const std::string& text) {
  std::uint32_t version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc() || end != text.data() + text.size() || version == 0)
    return corrupt("the format version in it does not read");
  return version;
}

Error is_newer(std::uint32_t version, std::uint32_t current) {
  return corrupt("it has format " + std::to_string(version) +
                 ", written by a newer release; this one reads up to format " +
                 std::to_string(current) + ": update bellwether");
}

Result<void> migrate(Database& database, std::uint32_t from, std::uint32_t current,
                     const Migrations& migrations) {
  if (database.is_read_only())
    return unavailable("it has format " + std::to_string(from) +
                       ", of an older release; start the server once, which brings it up to date");
  for (std::uint32_t version = from; version < current; ++version) {
    const auto step = migrations.find(version);
    if (step == migrations.end())
      return corrupt("it has format " + std::to_string(version) +
                     ", which this release cannot bring up to date; use an older one first");
    log_info("store", "bringing the store up to date",
             {{"from", std::to_string(version)}, {"to", std::to_string(version + 1)}});
    if (auto done = step->second(database); !done)
      return while_doing("bringing it from format " + std::to_string(version) + " to " +
                             std::to_string(version + 1),
                         done.error());
    if (auto marked = write_version(database, version + 1); !marked) return marked;
  }
  return ok();
}

}  // namespace

const Migrations& known_migrations() {
  static const Migrations migrations{{1, move_frames_to_format_2},
                                     {2, give_deliveries_their_places}};
  return migrations;
}

Result<void> check_format_version(Database& database, std::uint32_t current,
                                  const Migrations& migrations) {
  const auto stored = database.get(Family::meta, version_key);
  if (!stored) return stored.error();
  if (!*stored) {
    const auto empty = is_empty(database);
    if (!empty) return empty.error();
    if (!*empty) return corrupt("it holds no format version, so it is no Bellwether store");
    if (database.is_read_only()) return not_found("the store in this directory is empty");
    return write_version(database, current);
  }
  const auto version = parse_version(**stored);
  if (!version) return version.error();
  if (*version > current) return is_newer(*version, current);
  if (*version == current) return ok();
  return migrate(database, *version, current, migrations);
}

Result<void> refuse_newer_format(const Database& database) {
  const auto stored = database.get(Family::meta, version_key);
  if (!stored) return stored.error();
  if (!*stored) return corrupt("it holds no format version, so it is no Bellwether store");
  const auto version = parse_version(**stored);
  if (!version) return version.error();
  return *version > format_version ? Result<void>(is_newer(*version, format_version)) : ok();
}

}  // namespace bellwether::store
