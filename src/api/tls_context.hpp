#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

#include <boost/asio/ssl/context.hpp>

#include "bellwether/api/api_settings.hpp"
#include "bellwether/base/result.hpp"

namespace bellwether::api {

/// The certificate and key that new connections are met with. Certificates are renewed every few
/// weeks, so the files are looked at every few seconds and read again when they have changed;
/// connections that are open go on with what they began with. Of a pair that does not fit or cannot
/// be read the log says so once, and the pair before stays.
///
/// Threads  any.
class TlsContext {
 public:
  using Context = boost::asio::ssl::context;

  /// Reads both files, and then looks at them by itself.
  ///
  /// Errors   invalid_input: a file that cannot be read, or a key of another certificate.
  static Result<std::unique_ptr<TlsContext>> load(const TlsSettings& settings);

  /// Stops looking.
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  /// For one connection, which shares it with others of its time.
  std::shared_ptr<Context> current() const;

  /// Reads both files now. Errors   as above; what was there stays.
  Result<void> reload();

  /// The same, where one of them has changed since they were read; whether that is so.
  Result<bool> reload_if_changed();

 private:
  /// By what it is seen that a file is another one, or was written.
  struct Stamp {
    std::uint64_t inode = 0;
    std::int64_t bytes = 0;
    std::chrono::nanoseconds modified{0};
    std::chrono::nanoseconds changed{0};

    bool operator==(const Stamp&) const = default;
  };
  using Stamps = std::array<Stamp, 2>;

  explicit TlsContext(const TlsSettings& settings) : settings_(settings) {}

  static Stamp stamp_of(const std::string& path);
  Stamps stamps() const;
  void watch(const std::stop_token& stop);

  const TlsSettings settings_;
  mutable std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::shared_ptr<Context> current_;
  Stamps read_;  ///< Of the files when they were read, also in vain.
  std::jthread watcher_;
};

}  // namespace bellwether::api
