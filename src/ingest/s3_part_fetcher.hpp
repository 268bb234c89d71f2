#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "bellwether/base/byte_budget.hpp"
#include "bellwether/base/result.hpp"
#include "bellwether/net/s3_client.hpp"

namespace bellwether::ingest {

struct S3FetchLimits {
  std::size_t part_bytes = std::size_t{8} << 20U;
  std::size_t parallel_requests = 4;
};

/// Fetches a list of objects in parts, several at once and ahead of its reader.
///
/// A part is reserved in the budget before it is asked for, in the order of parts, so the part that
/// the reader waits for never waits for room that the parts after it hold. Nothing is allocated by
/// an object's size: the list may claim any.
///
/// Order    parts come in order of object and of place; an object of no bytes has no part.
/// Errors   those of S3Client::get, as often as the part at hand is asked for and fails anew.
/// Threads  one reader; it has threads of its own.
/// Cost     memory for twice `parallel_requests` parts, or as many as the budget has room for.
class S3PartFetcher {
 public:
  struct Part {
    std::size_t object = 0;  ///< Index in the list.
    bool is_last = false;    ///< Of its object.
    std::string bytes;
    ByteReservation room;  ///< For the bytes.
  };

  /// `client`, `objects` and `budget` outlive it. `stop` ends all waiting. A part is at most a
  /// quarter of the budget, whatever `limits` say.
  S3PartFetcher(const net::S3Client& client, std::string bucket,
                std::span<const net::S3Object> objects, S3FetchLimits limits, ByteBudget& budget,
                const std::stop_token& stop);
  ~S3PartFetcher();
  S3PartFetcher(const S3PartFetcher&) = delete;
  S3PartFetcher& operator=(const S3PartFetcher&) = delete;

  /// Waits for the next part; nothing after the last one.
  Result<std::optional<Part>> next();

  std::size_t object_count() const { return objects_.size(); }

 private:
  /// A part to fetch; its room once it has some.
  struct Task {
    std::size_t index = 0;  ///< Of the part among all.
    std::size_t object = 0;
    net::S3Range range;
    bool is_last = false;
    ByteReservation room;
  };
  struct Fetched {
    Task task;
    Result<std::string> bytes;
  };

  bool has_next_task();
  Task make_next_task();
  void start_threads();
  void fetch(const std::stop_token& stop);
  std::optional<Task> take_work(std::unique_lock<std::mutex>& lock, const std::stop_token& stop);
  Result<void> reserve(std::unique_lock<std::mutex>& lock, Task& task, const std::stop_token& stop);
  Result<std::string> get(const Task& task, const std::stop_token& stop) const;

  const net::S3Client& client_;
  const std::string bucket_;
  const std::span<const net::S3Object> objects_;
  const S3FetchLimits limits_;
  ByteBudget& budget_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::size_t next_object_ = 0;  ///< The part to be made next begins here ...
  std::uint64_t next_byte_ = 0;  ///< ... and here in it.
  std::size_t made_ = 0;         ///< So many parts have been made.
  std::size_t handed_out_ = 0;
  bool is_reserving_ = false;
  std::optional<Task> to_fetch_again_;
  std::map<std::size_t, Fetched> fetched_;

  std::stop_source stop_;
  std::stop_callback<std::function<void()>> on_stop_;
  std::vector<std::jthread> threads_;  ///< Last: they end first.
};

}  // namespace bellwether::ingest
