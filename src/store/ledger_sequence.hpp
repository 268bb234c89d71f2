#pragma once

#include <cstdint>
#include <mutex>
#include <string_view>

#include "bellwether/base/result.hpp"

namespace bellwether::store {

class Database;

/// Gives every delivery its place in the ledger: each number is greater than all before it, also
/// those of earlier runs. After a restart some numbers may be left out.
///
/// Numbers are given from a stretch that was set aside in the database before. That record comes
/// earlier in the log than any batch with a number of the stretch, so no crash can lose it alone.
///
/// Threads  any.
class LedgerSequence {
 public:
  /// Reads up to where numbers may have been given.
  Result<void> load(const Database& database);

  /// The next number.
  Result<std::uint64_t> take(Database& database);

 private:
  std::mutex mutex_;
  std::uint64_t last_ = 0;
  std::uint64_t set_aside_ = 0;  ///< Up to and including.
};

/// Of the deliveries family: the greatest number that may have been given.
inline constexpr std::string_view sequence_key = "q";

/// Errors   corrupt: the record does not read. Zero when there is none.
Result<std::uint64_t> read_sequence(const Database& database);

}  // namespace bellwether::store
