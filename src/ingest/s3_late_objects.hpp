#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bellwether/domain/interval_grid.hpp"
#include "bellwether/domain/path_template.hpp"
#include "bellwether/ingest/source.hpp"

#include "s3_access.hpp"
#include "s3_position.hpp"

namespace bellwether::ingest {

/// One round through the folders of intervals that are over, in search of objects that have
/// appeared since. Their rows are handed out once, as late as they are; an object that was
/// overwritten is told of and not read again.
///
/// Errors   unavailable: reading goes on where it was.
class S3LateObjects {
 public:
  /// Keeps `position` up to date: the object at hand with the number of its first row, and what was
  /// read. All that is given by reference outlives it.
  S3LateObjects(const S3Access& access, const DetectorSpec& spec, S3Location path,
                const PathTemplate& keys, const IntervalGrid& grid, S3Position& position);

  /// Lists the folders of all intervals that `position` remembers.
  Result<void> look();

  /// Rows; false at the end of the round.
  Result<bool> next(RowBatch& batch);

  /// Reads no more of the object at hand, nor of this round.
  void give_up();

  bool is_damaged() const { return rows_ && rows_->is_damaged(); }
  std::size_t object_count() const { return found_.size(); }

 private:
  struct Found {
    net::S3Object object;
    std::vector<std::size_t> intervals;  ///< Indices in `position_.seen`, where it is new.
  };

  void compare(const std::vector<net::S3Object>& objects, const std::vector<std::size_t>& intervals,
               const std::string& folder);
  void enter(std::size_t object);
  void leave();
  void remember(const Found& found);

  const S3Access& access_;
  const DetectorSpec& spec_;
  const S3Location path_;
  const PathTemplate& keys_;
  const IntervalGrid& grid_;
  S3Position& position_;
  std::uint64_t next_row_;
  std::vector<Found> found_;
  std::vector<ByteReservation> rooms_;  ///< Of the listings that they are from.
  std::optional<std::size_t> at_;       ///< In `found_`.
  std::unique_ptr<S3Rows> rows_;
};

}  // namespace bellwether::ingest
