#include "s3_part_fetcher.hpp"

#include <algorithm>
#include <exception>
#include <system_error>
#include <utility>

namespace bellwether::ingest {
namespace {

/// What a part takes at least: the answer may be a refusal in words.
constexpr std::size_t least_room_bytes = std::size_t{64} << 10U;

/// So that one source has a part at hand, one on its way and two ahead, however small the budget.
constexpr std::size_t least_parts_in_budget = 4;

S3FetchLimits within(S3FetchLimits limits, const ByteBudget& budget) {
  const std::size_t most = budget.bytes() / least_parts_in_budget;
  limits.part_bytes = std::max<std::size_t>(1, std::min(limits.part_bytes, most));
  return limits;
}

}  // namespace

S3PartFetcher::S3PartFetcher(const net::S3Client& client, std::string bucket,
                             std::span<const net::S3Object> objects, S3FetchLimits limits,
                             ByteBudget& budget, const std::stop_token& stop)
    : client_(client),
      bucket_(std::move(bucket)),
      objects_(objects),
      limits_(within(limits, budget)),
      budget_(budget),
      on_stop_(stop, [this] { stop_.request_stop(); }) {
  start_threads();
}

S3PartFetcher::~S3PartFetcher() { stop_.request_stop(); }

/// No more of them than there are parts: most intervals have one.
void S3PartFetcher::start_threads() {
  std::size_t parts = 0;
  for (const net::S3Object& object : objects_) {
    if (parts >= limits_.parallel_requests) break;
    const std::uint64_t whole_parts = object.size_bytes / limits_.part_bytes;
    parts += std::min<std::uint64_t>(whole_parts, limits_.parallel_requests);
    if (object.size_bytes % limits_.part_bytes != 0) ++parts;
  }
  const std::size_t count = std::min(parts, limits_.parallel_requests);
  for (std::size_t i = 0; i < count; ++i) {
    try {
      threads_.emplace_back([this] { fetch(stop_.get_token()); });
    } catch (const std::system_error&) {
      if (threads_.empty()) throw;
      return;  // Fewer are slower, and no more.
    }
  }
}

bool S3PartFetcher::has_next_task() {
  while (next_object_ < objects_.size() && objects_[next_object_].size_bytes == next_byte_) {
    ++next_object_;
    next_byte_ = 0;
  }
  return next_object_ < objects_.size();
}

S3PartFetcher::Task S3PartFetcher::make_next_task() {
  const std::uint64_t rest = objects_[next_object_].size_bytes - next_byte_;
  const std::uint64_t length = std::min<std::uint64_t>(limits_.part_bytes, rest);
  Task task{.index = made_++,
            .object = next_object_,
            .range = {next_byte_, length},
            .is_last = length == rest,
            .room = {}};
  next_byte_ += length;
  return task;
}

Result<std::optional<S3PartFetcher::Part>> S3PartFetcher::next() {
  std::unique_lock lock(mutex_);
  if (handed_out_ == made_ && !has_next_task()) return std::optional<Part>();
  const std::size_t index = handed_out_;
  changed_.wait(lock, stop_.get_token(), [&] { return fetched_.contains(index); });
  auto node = fetched_.extract(index);
  if (!node) return Error{ErrorCode::cancelled, "we are stopping"};
  Fetched fetched = std::move(node.mapped());
  if (!fetched.bytes) {
    to_fetch_again_ = std::move(fetched.task);
    changed_.notify_all();
    return fetched.bytes.error();
  }
  ++handed_out_;
  changed_.notify_all();
  return std::optional<Part>(std::in_place, fetched.task.object, fetched.task.is_last,
                             *std::move(fetched.bytes), std::move(fetched.task.room));
}

/// The next part there is to fetch, or nothing when stopped.
std::optional<S3PartFetcher::Task> S3PartFetcher::take_work(std::unique_lock<std::mutex>& lock,
                                                            const std::stop_token& stop) {
  const auto has_work = [&] {
    return to_fetch_again_.has_value() || (!is_reserving_ && has_next_task() &&
                                           made_ < handed_out_ + 2 * limits_.parallel_requests);
  };
  if (!changed_.wait(lock, stop, has_work)) return std::nullopt;
  if (to_fetch_again_) return std::exchange(to_fetch_again_, std::nullopt);
  return make_next_task();
}

/// Waits for room. One thread at a time does, and those for later parts wait behind it.
Result<void> S3PartFetcher::reserve(std::unique_lock<std::mutex>& lock, Task& task,
                                    const std::stop_token& stop) {
  if (task.room.bytes() > 0) return ok();  // It is fetched again.
  const std::size_t least = std::min(least_room_bytes, budget_.bytes() / least_parts_in_budget);
  is_reserving_ = true;
  lock.unlock();
  auto room = budget_.wait_and_reserve(std::max<std::size_t>(task.range.length, least), stop);
  lock.lock();
  is_reserving_ = false;
  changed_.notify_all();
  if (!room) return room.error();
  task.room = *std::move(room);
  return ok();
}

void S3PartFetcher::fetch(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    auto task = take_work(lock, stop);
    if (!task) return;
    const auto reserved = reserve(lock, *task, stop);
    Result<std::string> bytes = std::string();
    if (reserved) {
      lock.unlock();
      bytes = get(*task, stop);
      lock.lock();
    } else {
      bytes = while_doing("reading s3://" + bucket_ + "/" + objects_[task->object].key,
                          reserved.error());
    }
    const std::size_t index = task->index;
    fetched_.emplace(index, Fetched{*std::move(task), std::move(bytes)});
    changed_.notify_all();
  }
}

/// This thread has nobody above it to catch what is thrown, such as for want of memory.
Result<std::string> S3PartFetcher::get(const Task& task, const std::stop_token& stop) const {
  const net::S3Object& object = objects_[task.object];
  try {
    return client_.get(bucket_, object, task.range, stop);
  } catch (const std::exception& failure) {
    return unavailable("reading s3://" + bucket_ + "/" + object.key + ": " + failure.what());
  }
}

}  // namespace bellwether::ingest
