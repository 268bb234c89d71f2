#include "s3_intervals.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "bellwether/base/log.hpp"

#include "row_filter.hpp"

namespace bellwether::ingest {
namespace {

/// Of intervals missed while nothing ran only so many are caught up with.
constexpr IntervalIndex most_missed_intervals = 2500;

/// Late objects are looked for in so many intervals at least and at most.
constexpr int fewest_looked_at = 2;
constexpr std::size_t most_looked_at = 64;

/// `2021-02-27T01:20:00.000`
std::string local_text(TimePoint time, const TimeZone& zone) {
  const auto local = zone.to_local(time);
  std::string text = to_rfc3339(TimePoint(local.time_since_epoch()));
  text.pop_back();
  return text.find('.') == std::string::npos ? text + ".000" : text;
}

std::string counted(std::uint64_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

}  // namespace

S3Intervals::S3Intervals(const S3Access& access, const DetectorSpec& spec, const S3SourceSpec& s3,
                         PathTemplate keys, const IntervalSchedule& schedule, S3Position from,
                         bool is_cold)
    : access_(access),
      spec_(spec),
      path_(*parse_s3_location(s3.path)),
      keys_(std::move(keys)),
      schedule_(schedule),
      position_(std::move(from)),
      position_text_(to_text(position_)),
      is_cold_(is_cold),
      // What an earlier run has begun with must be read to its end.
      has_waited_(!position_.key.empty()),
      patience_(give_up_after(s3, spec.interval)),
      next_row_(position_.next_row) {}

Result<Source::State> S3Intervals::next(Intake& intake, const Clock& clock,
                                        std::chrono::milliseconds wait) {
  if (failure_) return *std::exchange(failure_, std::nullopt);
  if (late_) return read_late(intake);
  if (rows_) return read(intake);
  const TimePoint now = clock.now();
  pass_over_what_is_too_old(now);
  if (interval() > schedule_.newest_due(now)) {
    has_waited_ = true;
    const auto due = clock.real_time_until(schedule_.due_at(interval()));
    sleep_for(access_.stop(), std::min<std::chrono::nanoseconds>(due, wait));
    return Source::State::idle;
  }
  if (std::exchange(has_waited_, false)) look_for_late_objects(now);
  if (late_) return read_late(intake);
  return begin(intake, now);
}

void S3Intervals::pass_over_what_is_too_old(TimePoint now) {
  const IntervalIndex oldest = schedule_.newest_due(now) - most_missed_intervals + 1;
  if (interval() >= oldest) return;
  log_warning("source",
              "intervals were missed: of them only the newest " +
                  std::to_string(most_missed_intervals) + " are imported",
              {{"detector", spec_.name}, {"missed_from", to_rfc3339(*position_.interval)}});
  position_.interval = schedule_.grid().start_of(oldest);
  position_text_ = to_text(position_);
}

Result<Source::State> S3Intervals::begin(Intake& intake, TimePoint now) {
  is_newest_due_ = interval() == schedule_.newest_due(now);
  attempt_ = {};
  next_row_ = position_.next_row;
  auto listing = access_.list_folder({path_.bucket, folder()});
  if (!listing) return fail(intake, listing.error());
  std::ranges::transform(listing->objects, std::back_inserter(attempt_.objects), S3SeenObject::of);
  if (listing->objects.empty()) return finish(intake);
  rows_ = access_.read(path_.bucket, *std::move(listing), std::nullopt);
  return read(intake);
}

Result<Source::State> S3Intervals::read(Intake& intake) {
  RowBatch& batch = intake.batch;
  const TimePoint start = *position_.interval;
  const TimePoint end = schedule_.grid().end_of(interval());
  while (!access_.stop().stop_requested()) {
    begin_batch(batch);
    const auto object = rows_->read(batch);
    if (!object) return fail(intake, object.error());
    if (!*object) return finish(intake);
    const std::size_t met = batch.row_count();
    keep_rows(batch, [&](TimePoint time) { return time >= start && time < end; });
    attempt_.rows += batch.row_count();
    attempt_.rows_outside += met - batch.row_count();
    attempt_.rejected.add(batch.rejected);
    next_row_ = batch.end_row;
    if (batch.end_row == batch.first_row) continue;
    attempt_.has_handed_out = true;
    return Source::State::rows;
  }
  return Source::State::idle;
}

Result<Source::State> S3Intervals::finish(Intake& intake) {
  rows_.reset();
  if (attempt_.rows > 0) return end(intake, "");
  if (is_cold_ && !is_newest_due_ && attempt_.rejected.total() == 0) {
    patience_.renew();
    position_.interval = schedule_.grid().end_of(interval());
    position_text_ = to_text(position_);
    return Source::State::idle;
  }
  return end(intake, nothing_found());
}

Result<Source::State> S3Intervals::fail(Intake& intake, const Error& error) {
  const bool is_damaged = rows_ && rows_->is_damaged();
  rows_.reset();
  if (error.code == ErrorCode::cancelled) return Source::State::idle;
  const std::string what = "importing interval " + to_rfc3339(*position_.interval) + ": ";
  // A source that has never worked is to be mended: no interval is lost to that.
  const bool is_over =
      patience_.is_over_after_failure(ImportPatience::Time::clock::now()) && !is_cold_;
  attempt_.is_lost = !is_damaged;
  if (is_damaged || is_over) return end(intake, error.message);
  const Error told = unavailable(what + error.message);
  next_row_ = position_.next_row;
  if (!attempt_.has_handed_out) return told;
  failure_ = told;
  intake.interval = *position_.interval;
  return Source::State::interval_restarted;
}

/// The interval is done with, one way or the other.
Source::State S3Intervals::end(Intake& intake, const std::string& failure) {
  if (!failure.empty()) next_row_ = position_.next_row;
  begin_batch(intake.batch);
  intake.interval = *position_.interval;
  intake.failure = failure;
  // What could not be had in time is read as late data, where late data counts.
  if (attempt_.is_lost) attempt_.objects.clear();
  if (!attempt_.is_lost || spec_.late_window > Duration(0)) {
    position_.remember({.start = *position_.interval, .objects = std::move(attempt_.objects)});
  }
  position_.interval = schedule_.grid().end_of(interval());
  position_.next_row = next_row_;
  position_text_ = to_text(position_);
  intake.batch.resume_after = position_text_;
  is_cold_ = false;
  patience_.renew();
  return Source::State::interval_done;
}

std::string S3Intervals::nothing_found() const {
  const TimeZone& zone = schedule_.grid().zone();
  std::string text = "No datapoint was found at the source location for time interval from " +
                     local_text(*position_.interval, zone) + " to " +
                     local_text(schedule_.grid().end_of(interval()), zone) + " (" + zone.name() +
                     "): s3://" + path_.bucket + "/" + folder() + " holds ";
  if (attempt_.objects.empty())
    return text + "no object; is the path right, and the offset long enough for the data to come?";
  text += counted(attempt_.objects.size(), "object") + " with " +
          counted(attempt_.rows_outside, "row") + " of other intervals";
  if (attempt_.rows_outside > 0) text += " (is the time zone right?)";
  if (attempt_.rejected.total() > 0)
    text += " and " + counted(attempt_.rejected.total(), "refused row");
  if (!attempt_.rejected.samples.empty())
    text += ", the first because " + attempt_.rejected.samples.front().message;
  return text;
}

void S3Intervals::begin_batch(RowBatch& batch) const {
  batch = make_row_batch(spec_);
  batch.first_row = batch.end_row = next_row_;
  batch.resume_at = batch.resume_after = position_text_;
}

void S3Intervals::look_for_late_objects(TimePoint now) {
  forget_old_intervals(now);
  late_ =
      std::make_unique<S3LateObjects>(access_, spec_, path_, keys_, schedule_.grid(), position_);
  const auto looked = late_->look();
  if (!looked)
    log_warning("source", "looking for late data: " + looked.error().message,
                {{"detector", spec_.name}});
  if (!looked || late_->object_count() == 0) late_.reset();
  position_text_ = to_text(position_);
}

void S3Intervals::forget_old_intervals(TimePoint now) {
  const Duration window = std::max<Duration>(spec_.late_window, fewest_looked_at * spec_.interval);
  std::erase_if(position_.seen, [&](const S3SeenInterval& seen) {
    return schedule_.due_at(schedule_.grid().index_of(seen.start)) + window < now;
  });
  if (position_.seen.size() > most_looked_at)
    position_.seen.erase(position_.seen.begin(),
                         position_.seen.end() - static_cast<std::ptrdiff_t>(most_looked_at));
}

Result<Source::State> S3Intervals::read_late(Intake& intake) {
  RowBatch& batch = intake.batch;
  const auto has_rows = late_->next(batch);
  if (!has_rows && access_.stop().stop_requested()) return Source::State::idle;
  if (!has_rows) {
    const bool is_over = patience_.is_over_after_failure(ImportPatience::Time::clock::now());
    if (!late_->is_damaged() && !is_over) return has_rows.error();
    log_warning("source", has_rows.error().message + ": not tried again",
                {{"detector", spec_.name}});
    late_->give_up();
  }
  if (!has_rows || !*has_rows) {
    late_.reset();
    patience_.renew();
    position_text_ = to_text(position_);
    return Source::State::idle;
  }
  batch.resume_at = batch.resume_after = to_text(position_);
  return Source::State::rows;
}

}  // namespace bellwether::ingest
