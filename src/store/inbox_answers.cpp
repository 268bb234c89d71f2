#include "inbox_answers.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "database.hpp"
#include "inbox_records.hpp"
#include "keys.hpp"

namespace bellwether::store {
namespace {

/// How many answers each detector's inbox keeps.
Result<std::map<std::string, std::uint64_t>> count_answers(const Database& database) {
  std::map<std::string, std::uint64_t> counts;
  auto cursor = database.scan(Family::inbox, keys_beginning_with(KeyWriter().kind('t').take()));
  for (; cursor.valid(); cursor.next()) {
    KeyReader reader(cursor.key().substr(1));
    reader.time();
    ++counts[std::string(reader.name())];
  }
  if (auto status = cursor.status(); !status) return status.error();
  return counts;
}

}  // namespace

Result<void> drop_answers(Database& database, TimePoint time, std::uint64_t max_kept) {
  auto surplus = count_answers(database);
  if (!surplus) return surplus.error();
  for (auto& [detector, count] : *surplus) count -= std::min(count, max_kept);
  Batch batch(database);
  auto cursor = database.scan(Family::inbox, keys_beginning_with(KeyWriter().kind('t').take()));
  for (; cursor.valid(); cursor.next()) {
    KeyReader reader(cursor.key().substr(1));
    const TimePoint given = reader.time();
    const std::string_view detector = reader.name();
    std::uint64_t& beyond_bound = (*surplus)[std::string(detector)];
    if (given >= time && beyond_bound == 0) continue;
    if (beyond_bound > 0) --beyond_bound;
    batch.erase(Family::inbox, answer_key(detector, reader.tail()));
    batch.erase(Family::inbox, cursor.key());
  }
  if (auto status = cursor.status(); !status) return status;
  return database.write(batch, Durability::buffered);
}

}  // namespace bellwether::store
