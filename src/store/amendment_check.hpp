#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "bellwether/domain/interval_grid.hpp"

namespace bellwether::store {

/// Checks amendments met in the order of their keys.
class AmendmentCheck {
 public:
  /// What is wrong with a record, if anything. `after_letter` is its key behind detector and
  /// letter; `last_interval` the last one committed.
  std::string fault(std::string_view detector, std::string_view after_letter,
                    std::string_view record, IntervalIndex last_interval);

 private:
  std::string revisions_fault(IntervalIndex interval, std::string_view record,
                              IntervalIndex last_interval);
  std::string segment_fault(IntervalIndex interval, std::string_view record) const;

  std::string detector_;
  IntervalIndex epoch_ = 0;
  std::map<IntervalIndex, std::uint64_t> revisions_;  ///< Of the epoch's intervals.
};

}  // namespace bellwether::store
