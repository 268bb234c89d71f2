#include "s3_history.hpp"

#include <algorithm>
#include <utility>

#include "bellwether/base/log.hpp"

#include "row_filter.hpp"

namespace bellwether::ingest {

S3History::S3History(const S3Access& access, const DetectorSpec& spec, const S3SourceSpec& s3,
                     const IntervalGrid& grid, S3Position from)
    : access_(access),
      spec_(spec),
      places_(s3.historical),
      most_intervals_(static_cast<IntervalIndex>(s3.historical_intervals)),
      grid_(grid),
      next_row_(from.next_row),
      place_(from.location),
      from_key_(from.key) {
  if (from.interval) newest_ = grid_.index_of(*from.interval);
  position_ = std::move(from);
  position_.is_historical = true;
  position_text_ = to_text(position_);
}

Result<std::optional<Source::State>> S3History::next(Intake& intake,
                                                     std::optional<TimePoint> latest_allowed) {
  if (!void_.empty()) {
    intake.interval = grid_.start_of(void_.front());
    void_.pop_front();
    return std::optional(Source::State::interval_restarted);
  }
  RowBatch& batch = intake.batch;
  while (!access_.stop().stop_requested()) {
    if (!rows_) {
      const auto opened = open_place(latest_allowed);
      if (!opened) return opened.error();
      if (!*opened) return std::optional<Source::State>();
    }
    batch = make_row_batch(spec_);
    batch.first_row = batch.end_row = next_row_;
    batch.is_historical = true;
    const auto object = rows_->read(batch);
    if (!object) return fail(object.error());
    if (!*object) {
      ++place_;
      from_key_.clear();
      rows_.reset();
      continue;
    }
    enter_object(rows_->objects()[**object]);
    keep_newest(batch);
    batch.resume_at = batch.resume_after = position_text_;
    next_row_ = batch.end_row;
    if (batch.end_row > batch.first_row) return std::optional(Source::State::rows);
  }
  return std::optional(Source::State::idle);
}

/// Lists the place whose turn it is; false when all have been read.
Result<bool> S3History::open_place(std::optional<TimePoint> latest_allowed) {
  if (place_ >= places_.size()) return false;
  const auto place = parse_s3_location(places_[place_]);
  if (!place) return place.error();
  auto listing = access_.find(*place);
  if (!listing) return unavailable("historical data: " + listing.error().message);
  if (listing->objects.empty())
    log_warning("source", "historical data: no object is at " + places_[place_],
                {{"detector", spec_.name}});
  std::erase_if(listing->objects,
                [&](const net::S3Object& object) { return object.key < from_key_; });
  rows_ = access_.read(place->bucket, *std::move(listing), latest_allowed);
  return true;
}

Error S3History::fail(const Error& error) {
  if (rows_->is_damaged()) return while_doing("historical data", error);
  if (error.code == ErrorCode::not_found) {
    log_warning("source", "historical data is read anew: " + error.message,
                {{"detector", spec_.name}});
    rows_.reset();
    void_.assign(handed_out_.begin(), handed_out_.end());
    handed_out_.clear();
    newest_.reset();
    next_row_ = place_ = 0;
    from_key_.clear();
    position_ = {};
    position_.is_historical = true;
  }
  return unavailable("historical data: " + error.message);
}

void S3History::enter_object(const net::S3Object& object) {
  if (object.key == position_.key && place_ == position_.location && !position_.key.empty()) return;
  position_.next_row = next_row_;
  position_.interval.reset();
  if (newest_) position_.interval = grid_.start_of(*newest_);
  position_.location = place_;
  position_.etag = object.etag;
  position_.key = object.key;
  position_text_ = to_text(position_);
}

/// Leaves out rows of intervals that are too old by now, and notes which are to be taken back.
void S3History::keep_newest(RowBatch& batch) {
  TimePoint start = TimePoint::max();
  TimePoint end = TimePoint::max();
  IntervalIndex index = 0;
  const auto index_of = [&](TimePoint time) {
    if (time >= start && time < end) return index;
    index = grid_.index_of(time);
    start = grid_.start_of(index);
    end = grid_.end_of(index);
    return index;
  };
  for (const TimePoint time : batch.timestamps)
    newest_ = std::max(newest_.value_or(index_of(time)), index_of(time));
  if (!newest_) return;
  const IntervalIndex oldest = *newest_ - most_intervals_ + 1;
  keep_rows(batch, [&](TimePoint time) { return index_of(time) >= oldest; });
  std::optional<IntervalIndex> last;
  for (const TimePoint time : batch.timestamps)
    if (const IntervalIndex met = index_of(time); met != last) {
      handed_out_.insert(met);
      last = met;
    }
  while (!handed_out_.empty() && *handed_out_.begin() < oldest)
    void_.push_back(handed_out_.extract(handed_out_.begin()).value());
}

}  // namespace bellwether::ingest
