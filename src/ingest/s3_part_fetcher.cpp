#include "s3_part_fetcher.hpp"

#include <algorithm>
#include <utility>

namespace bellwether::ingest {

S3PartFetcher::S3PartFetcher(const net::S3Client& client, std::string bucket,
                             std::vector<net::S3Object> objects, S3FetchLimits limits,
                             const std::stop_token& stop)
    : client_(client),
      bucket_(std::move(bucket)),
      objects_(std::move(objects)),
      limits_(limits),
      on_stop_(stop, [this] { stop_.request_stop(); }) {
  for (std::size_t object = 0; object < objects_.size(); ++object) {
    const std::uint64_t size = objects_[object].size_bytes;
    for (std::uint64_t first = 0; first < size; first += limits_.part_bytes) {
      const std::uint64_t length = std::min<std::uint64_t>(limits_.part_bytes, size - first);
      wanted_.push_back({object, {first, length}, first + length == size});
    }
  }
  const std::size_t count = std::min(limits_.parallel_requests, wanted_.size());
  for (std::size_t i = 0; i < count; ++i)
    threads_.emplace_back([this] { fetch(stop_.get_token()); });
}

S3PartFetcher::~S3PartFetcher() { stop_.request_stop(); }

Result<std::optional<S3PartFetcher::Part>> S3PartFetcher::next() {
  std::unique_lock lock(mutex_);
  if (next_to_hand_out_ == wanted_.size()) return std::optional<Part>();
  const std::size_t index = next_to_hand_out_;
  changed_.wait(lock, stop_.get_token(), [&] { return fetched_.contains(index); });
  auto node = fetched_.extract(index);
  if (!node) return Error{ErrorCode::cancelled, "we are stopping"};
  if (!node.mapped()) {
    to_fetch_again_ = index;
    changed_.notify_all();
    return node.mapped().error();
  }
  ++next_to_hand_out_;
  changed_.notify_all();
  return std::optional<Part>(std::in_place, wanted_[index].object, wanted_[index].is_last,
                             *std::move(node.mapped()));
}

/// The next part there is room for, or nothing at the end.
std::optional<std::size_t> S3PartFetcher::take_work(std::unique_lock<std::mutex>& lock,
                                                    const std::stop_token& stop) {
  const auto has_room = [&] {
    return to_fetch_again_.has_value() ||
           next_to_fetch_ <
               std::min(wanted_.size(), next_to_hand_out_ + 2 * limits_.parallel_requests);
  };
  if (!changed_.wait(lock, stop, has_room)) return std::nullopt;
  if (to_fetch_again_) return std::exchange(to_fetch_again_, std::nullopt);
  return next_to_fetch_++;
}

void S3PartFetcher::fetch(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const auto index = take_work(lock, stop);
    if (!index) return;
    lock.unlock();
    const Wanted& wanted = wanted_[*index];
    auto bytes = client_.get(bucket_, objects_[wanted.object], wanted.range, stop);
    lock.lock();
    fetched_.emplace(*index, std::move(bytes));
    changed_.notify_all();
  }
}

}  // namespace bellwether::ingest
