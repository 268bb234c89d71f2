#include "s3_late_objects.hpp"

#include <algorithm>
#include <utility>

#include "bellwether/base/log.hpp"

#include "row_filter.hpp"

namespace bellwether::ingest {

S3LateObjects::S3LateObjects(const S3Access& access, const DetectorSpec& spec, S3Location path,
                             const PathTemplate& keys, const IntervalGrid& grid,
                             S3Position& position)
    : access_(access),
      spec_(spec),
      path_(std::move(path)),
      keys_(keys),
      grid_(grid),
      position_(position),
      next_row_(position.next_row) {}

Result<void> S3LateObjects::look() {
  std::map<std::string, std::vector<std::size_t>> by_folder;
  for (std::size_t i = 0; i < position_.seen.size(); ++i)
    by_folder[keys_.render(position_.seen[i].start, grid_.zone())].push_back(i);
  for (const auto& [folder, intervals] : by_folder) {
    auto listing = access_.list_folder({path_.bucket, folder});
    if (!listing) return listing.error();
    const std::size_t found = found_.size();
    compare(listing->objects, intervals, folder);
    if (found_.size() > found) rooms_.push_back(std::move(listing->room));
  }
  // One that an earlier run had begun with comes first: its rows have their numbers.
  std::ranges::stable_partition(
      found_, [&](const Found& found) { return found.object.key == position_.key; });
  std::vector<net::S3Object> objects;
  for (const Found& found : found_) objects.push_back(found.object);
  if (objects.empty()) {
    position_.key.clear();
  } else {
    rows_ = access_.read(path_.bucket, {.objects = std::move(objects)}, std::nullopt);
  }
  return ok();
}

void S3LateObjects::compare(const std::vector<net::S3Object>& objects,
                            const std::vector<std::size_t>& intervals, const std::string& folder) {
  for (const net::S3Object& object : objects) {
    const S3SeenObject now = S3SeenObject::of(object);
    Found found{.object = object, .intervals = {}};
    bool is_overwritten = false;
    for (const std::size_t interval : intervals) {
      auto& seen = position_.seen[interval].objects;
      const auto known = std::ranges::find(seen, now.key, &S3SeenObject::key);
      if (known == seen.end()) {
        found.intervals.push_back(interval);
      } else if (known->etag != now.etag) {
        known->etag = now.etag;
        is_overwritten = true;
      }
    }
    // Where intervals share a folder, an object that grows with them is how things are done.
    const TimePoint start = position_.seen[intervals.back()].start;
    const TimePoint after = grid_.end_of(grid_.index_of(start));
    const bool is_shared = keys_.render(after, grid_.zone()) == folder;
    if (is_overwritten && !is_shared)
      log_warning("source",
                  "s3://" + path_.bucket + "/" + object.key +
                      " was overwritten after its interval had been read: its rows are not counted "
                      "again",
                  {{"detector", spec_.name}, {"interval", to_rfc3339(start)}});
    if (!found.intervals.empty()) found_.push_back(std::move(found));
  }
}

Result<bool> S3LateObjects::next(RowBatch& batch) {
  while (rows_ && !access_.stop().stop_requested()) {
    batch = make_row_batch(spec_);
    batch.first_row = batch.end_row = next_row_;
    const auto object = rows_->read(batch);
    if (!object) return unavailable("late data: " + object.error().message);
    if (!*object) break;
    if (at_ != **object) enter(**object);
    const auto& intervals = found_[**object].intervals;
    keep_rows(batch, [&](TimePoint time) {
      return std::ranges::any_of(intervals, [&](std::size_t i) {
        const TimePoint start = position_.seen[i].start;
        return time >= start && time < grid_.end_of(grid_.index_of(start));
      });
    });
    next_row_ = batch.end_row;
    if (batch.end_row > batch.first_row) return true;
  }
  if (access_.stop().stop_requested()) return Error{ErrorCode::cancelled, "we are stopping"};
  leave();
  rows_.reset();
  return false;
}

void S3LateObjects::enter(std::size_t object) {
  leave();
  at_ = object;
  position_.key = found_[object].object.key;
  position_.etag = found_[object].object.etag;
  log_warning("source",
              "s3://" + path_.bucket + "/" + position_.key +
                  " came after its interval had been read: its rows are late",
              {{"detector", spec_.name},
               {"interval", to_rfc3339(position_.seen[found_[object].intervals.front()].start)}});
}

/// The object at hand is done.
void S3LateObjects::leave() {
  position_.key.clear();
  position_.etag.clear();
  position_.next_row = next_row_;
  if (at_) remember(found_[*at_]);
  at_.reset();
}

void S3LateObjects::remember(const Found& found) {
  for (const std::size_t interval : found.intervals)
    position_.seen[interval].objects.push_back(S3SeenObject::of(found.object));
}

void S3LateObjects::give_up() {
  const auto unreadable = rows_->object_at_hand();
  const bool is_another = unreadable && unreadable != at_;
  leave();
  if (is_another) remember(found_[*unreadable]);
  rows_.reset();
}

}  // namespace bellwether::ingest
