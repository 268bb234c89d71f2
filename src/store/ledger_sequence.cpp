#include "ledger_sequence.hpp"

#include "database.hpp"
#include "keys.hpp"

namespace bellwether::store {
namespace {

constexpr std::uint64_t stretch = 1024;

}  // namespace

Result<std::uint64_t> read_sequence(const Database& database) {
  const auto record = database.get(Family::deliveries, sequence_key);
  if (!record) return record.error();
  if (!*record) return 0;
  KeyReader reader(**record);
  const auto sequence = reader.number<std::uint64_t>();
  if (!reader.is_complete()) return corrupt("the ledger's sequence does not decode");
  return sequence;
}

Result<void> LedgerSequence::load(const Database& database) {
  const auto read = read_sequence(database);
  if (!read) return read.error();
  const std::lock_guard lock(mutex_);
  last_ = *read;
  set_aside_ = *read;
  return ok();
}

Result<std::uint64_t> LedgerSequence::take(Database& database) {
  const std::lock_guard lock(mutex_);
  if (last_ == set_aside_) {
    Batch batch(database);
    batch.put(Family::deliveries, sequence_key, to_big_endian(set_aside_ + stretch));
    if (auto written = database.write(batch, Durability::buffered); !written)
      return while_doing("setting places in the ledger aside", written.error());
    set_aside_ += stretch;
  }
  return ++last_;
}

}  // namespace bellwether::store
