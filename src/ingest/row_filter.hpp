#pragma once

#include <functional>

#include "bellwether/base/time.hpp"
#include "bellwether/domain/row_batch.hpp"

namespace bellwether::ingest {

/// Leaves in the batch only the rows whose time `keeps` takes, as if the others had never been
/// there: numbers are given anew without them, to kept and refused rows in their order.
///
/// Order    for a batch that a reader has just filled, from row `first_row` on.
void keep_rows(RowBatch& batch, const std::function<bool(TimePoint)>& keeps);

}  // namespace bellwether::ingest
