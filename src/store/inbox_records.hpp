#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"

#include "database.hpp"

namespace bellwether::store {

// The inbox family (docs/formats/inbox.md):
//
//   a detector key        the answer given under an idempotency key
//   b detector sequence   a batch of rows
//   c detector            where the inbox was cut: sequence and row
//   t time detector key   the answer's line in the list by time, for forgetting it

std::string answer_key(std::string_view detector, std::string_view key);
std::string answer_time_key(TimePoint time, std::string_view detector, std::string_view key);
std::string batch_key(std::string_view detector, std::uint64_t sequence);
std::string cut_key(std::string_view detector);

struct InboxAnswer {
  TimePoint time{};
  std::string text;
};
std::string encode_answer(const InboxAnswer& answer);
Result<InboxAnswer> decode_answer(std::string_view record);

std::string encode_cut(const InboxCut& cut);
Result<InboxCut> decode_cut(std::string_view record);

/// What `resume_at` of the inbox means; an empty one is the beginning.
///
/// Errors   invalid_input: not a position of an inbox.
Result<std::uint64_t> decode_inbox_position(std::string_view position);

/// Removes the batches before a cut, each by its key, and remembers the cut so that numbers never
/// start anew.
void put_cut(Batch& batch, std::string_view detector, const InboxTaking& taking);

/// Removes a detector's batches, answers and cut.
Result<void> erase_inbox(const Database& database, Batch& batch, std::string_view detector);

/// Fills `InboxDirectory` from the family. What does not decode is left to `verify` and readers.
Result<void> load_inbox(Database& database);

}  // namespace bellwether::store
