#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/net/s3_client.hpp"

namespace bellwether::ingest {

struct S3FetchLimits {
  std::size_t part_bytes = std::size_t{8} << 20U;
  std::size_t parallel_requests = 4;
};

/// Fetches a list of objects in parts, several at once and ahead of its reader.
///
/// Order    parts come in order of object and of place; an object of no bytes has no part.
/// Errors   those of S3Client::get, as often as the part at hand is asked for and fails anew.
/// Threads  one reader; it has threads of its own.
/// Cost     memory for twice `parallel_requests` parts.
class S3PartFetcher {
 public:
  struct Part {
    std::size_t object = 0;  ///< Index in the list.
    bool is_last = false;    ///< Of its object.
    std::string bytes;
  };

  /// `client` outlives it. `stop` ends all waiting.
  S3PartFetcher(const net::S3Client& client, std::string bucket, std::vector<net::S3Object> objects,
                S3FetchLimits limits, const std::stop_token& stop);
  ~S3PartFetcher();
  S3PartFetcher(const S3PartFetcher&) = delete;
  S3PartFetcher& operator=(const S3PartFetcher&) = delete;

  /// Waits for the next part; nothing after the last one.
  Result<std::optional<Part>> next();

 private:
  struct Wanted {
    std::size_t object = 0;
    net::S3Range range;
    bool is_last = false;
  };

  void fetch(const std::stop_token& stop);
  std::optional<std::size_t> take_work(std::unique_lock<std::mutex>& lock,
                                       const std::stop_token& stop);

  const net::S3Client& client_;
  const std::string bucket_;
  const std::vector<net::S3Object> objects_;
  const S3FetchLimits limits_;
  std::vector<Wanted> wanted_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::size_t next_to_fetch_ = 0;
  std::size_t next_to_hand_out_ = 0;
  std::optional<std::size_t> to_fetch_again_;
  std::map<std::size_t, Result<std::string>> fetched_;

  std::stop_source stop_;
  std::stop_callback<std::function<void()>> on_stop_;
  std::vector<std::jthread> threads_;  ///< Last: they end first.
};

}  // namespace bellwether::ingest
