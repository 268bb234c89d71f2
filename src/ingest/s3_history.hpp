#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "bellwether/domain/interval_grid.hpp"
#include "bellwether/ingest/source.hpp"

#include "s3_access.hpp"
#include "s3_position.hpp"

namespace bellwether::ingest {

/// The bulk of old rows of an S3 source: the objects of `historical`, place by place and in order
/// of key. Of the intervals in them only the newest `historical_intervals` count; those that turn
/// out to be older are taken back.
///
/// Errors   unavailable: reading goes on where it was. An object overwritten while it is read takes
///          everything back, and reading begins anew. Any other is final: bytes that are no rows.
class S3History {
 public:
  /// `access` outlives it.
  S3History(const S3Access& access, const DetectorSpec& spec, const S3SourceSpec& s3,
            const IntervalGrid& grid, S3Position from);

  /// Rows or an interval taken back; nothing at the end.
  Result<std::optional<Source::State>> next(Intake& intake,
                                            std::optional<TimePoint> latest_allowed);

  std::optional<IntervalIndex> newest() const { return newest_; }
  std::uint64_t next_row() const { return next_row_; }

 private:
  Result<bool> open_place(std::optional<TimePoint> latest_allowed);
  Error fail(const Error& error);
  void enter_object(const net::S3Object& object);
  void keep_newest(RowBatch& batch);

  const S3Access& access_;
  const DetectorSpec spec_;
  const std::vector<std::string> places_;
  const IntervalIndex most_intervals_;
  const IntervalGrid grid_;

  std::uint64_t next_row_ = 0;
  std::optional<IntervalIndex> newest_;
  std::set<IntervalIndex> handed_out_;
  std::deque<IntervalIndex> void_;  ///< To be taken back.

  S3Position position_;  ///< At the beginning of the object at hand.
  std::string position_text_;
  std::size_t place_ = 0;
  std::string from_key_;  ///< In that place; those before are done.
  std::unique_ptr<S3Rows> rows_;
};

}  // namespace bellwether::ingest
