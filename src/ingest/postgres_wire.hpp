#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "bellwether/base/result.hpp"

namespace bellwether::ingest {

/// Stands between libpq and its server, so that we decide how much libpq reads at once.
///
/// libpq reads a message whole before it shows anything of it, as long as the server sends without
/// a pause: a row that claims a gigabyte is a gigabyte in memory. So libpq's socket is exchanged
/// for one end of a pipe, whose other end is here, and bytes pass only while `pump` runs: at most
/// 16 KiB each time. Whoever drives libpq counts them and hangs up when there
/// are too many. TLS is libpq's affair as before; here pass its records.
///
/// Threads  one: the one that calls libpq.
class PostgresWire {
 public:
  /// Takes libpq's connected socket over: its number leads to the pipe from now on.
  ///
  /// Errors   unavailable: no descriptors are left.
  static Result<std::unique_ptr<PostgresWire>> take_over(int socket);

  /// Passes on what libpq has left to say, if the server takes it at once, and closes.
  ~PostgresWire();
  PostgresWire(const PostgresWire&) = delete;
  PostgresWire& operator=(const PostgresWire&) = delete;

  /// Whether the number still leads to this pipe: libpq opens others while it tries addresses.
  bool is_behind(int socket) const;

  /// Waits, at most for `wait`, until bytes can pass in either direction, and passes them on.
  void pump(std::chrono::milliseconds wait);

  /// Bytes from the server that were put into the pipe.
  std::uint64_t received_bytes() const { return received_bytes_; }

 private:
  /// Bytes on their way in one direction. They are few: what libpq makes of them in one call takes
  /// it long if they are settings by the thousand, each looked for among all others.
  struct Stretch {
    std::array<char, std::size_t{16} * 1024> bytes;
    std::size_t begin = 0;
    std::size_t end = 0;
    bool is_over = false;  ///< The sender has hung up.

    bool is_empty() const { return begin == end; }
    void read_from(int socket);
    std::size_t write_to(int socket);
  };

  PostgresWire(int server, int pipe) : server_(server), pipe_(pipe) {}
  bool pass_on();

  const int server_;  ///< What was libpq's.
  const int pipe_;    ///< Our end of it.
  std::uint64_t pipe_number_ = 0;
  std::uint64_t received_bytes_ = 0;
  bool has_told_end_ = false;
  Stretch from_server_;
  Stretch to_server_;
};

}  // namespace bellwether::ingest
