#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bellwether/domain/path_template.hpp"
#include "bellwether/ingest/source.hpp"

#include "interval_schedule.hpp"
#include "s3_access.hpp"
#include "s3_late_objects.hpp"
#include "s3_position.hpp"

namespace bellwether::ingest {

/// The live part of an S3 source: imports one interval after the other, each when its end and the
/// offset have passed, from the folder that the path names for it.
///
/// An interval counts once all its objects were read; after a failure it is begun anew, until
/// patience ends or the bytes are no rows. Before each import that it has waited for, it looks for
/// objects that came late.
///
/// Errors   unavailable: try again later.
class S3Intervals {
 public:
  /// `access` outlives it. `is_cold`: nothing was ever read, so that intervals without data, up to
  /// the newest, are passed over in silence.
  S3Intervals(const S3Access& access, const DetectorSpec& spec, const S3SourceSpec& s3,
              PathTemplate keys, const IntervalSchedule& schedule, S3Position from, bool is_cold);

  S3Intervals(const S3Intervals&) = delete;
  S3Intervals& operator=(const S3Intervals&) = delete;

  Result<Source::State> next(Intake& intake, const Clock& clock, std::chrono::milliseconds wait);

 private:
  /// What an attempt to import the interval has met.
  struct Attempt {
    std::vector<S3SeenObject> objects;
    std::uint64_t rows = 0;          ///< Within the interval.
    std::uint64_t rows_outside = 0;  ///< With another time.
    RejectedRows rejected;
    bool has_handed_out = false;
    bool is_lost = false;  ///< The service could not be read.
  };

  IntervalIndex interval() const { return schedule_.grid().index_of(*position_.interval); }
  void pass_over_what_is_too_old(TimePoint now);
  Result<Source::State> begin(Intake& intake, TimePoint now);
  Result<Source::State> read(Intake& intake);
  Result<Source::State> finish(Intake& intake);
  Result<Source::State> fail(Intake& intake, const Error& error);
  Source::State end(Intake& intake, const std::string& failure);
  std::string nothing_found() const;
  void begin_batch(RowBatch& batch) const;
  std::string folder() const { return keys_.render(*position_.interval, schedule_.grid().zone()); }

  void look_for_late_objects(TimePoint now);
  void forget_old_intervals(TimePoint now);
  Result<Source::State> read_late(Intake& intake);

  const S3Access& access_;
  const DetectorSpec spec_;
  const S3Location path_;
  const PathTemplate keys_;
  const IntervalSchedule schedule_;
  S3Position position_;  ///< At the beginning of the interval at hand.
  std::string position_text_;
  bool is_cold_;
  bool has_waited_ = false;
  bool is_newest_due_ = false;  ///< The interval at hand is the newest one that is over.
  ImportPatience patience_;
  Attempt attempt_;
  std::uint64_t next_row_;
  std::unique_ptr<S3Rows> rows_;
  std::unique_ptr<S3LateObjects> late_;
  std::optional<Error> failure_;  ///< Of an attempt whose rows were taken back, still to be told.
};

}  // namespace bellwether::ingest
