#pragma once

#include <string>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/store/interval_log.hpp"
#include "bellwether/store/outbox.hpp"

#include "database.hpp"

namespace bellwether::store {

/// One interval's commit as a batch, and what must be done in memory once it is written.
struct CommitBatch {
  Batch batch;
  std::vector<PendingDelivery> new_deliveries;  ///< All due at the commit's `now`.
  std::optional<InboxCut> inbox_cut;
};

/// Checks a commit against what is stored and writes it into a batch; changes nothing yet.
///
/// Errors   already_exists: the interval is not beyond the last one; invalid_input: the parts do
/// not fit each other.
Result<CommitBatch> make_commit_batch(Database& database, const IntervalCommit& interval);

/// Writes one measure of a frame into a batch.
void put_slabs(Batch& batch, std::string_view detector, IntervalIndex interval,
               MeasureIndex measure, const MeasureColumn& column, const ScoredColumn& scored);

}  // namespace bellwether::store
