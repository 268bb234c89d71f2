#pragma once

#include <cstdint>

#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"

namespace bellwether::store {

class Database;

/// So many answers to idempotency keys are kept per detector: each takes some hundred bytes on
/// disk.
inline constexpr std::uint64_t max_answers = 200'000;

/// Forgets answers from before `time`, and the oldest of each detector beyond `max_kept`.
Result<void> drop_answers(Database& database, TimePoint time, std::uint64_t max_kept);

}  // namespace bellwether::store
