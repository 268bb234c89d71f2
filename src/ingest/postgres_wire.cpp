#include "postgres_wire.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace bellwether::ingest {
namespace {

/// What the pipe may hold; the kernel doubles it.
constexpr int pipe_bytes = 64 * 1024;

/// The file behind a descriptor: a number that is in use again is another file's.
std::uint64_t file_number(int descriptor) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 ? status.st_ino : 0;
}

bool may_pass() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

Result<std::unique_ptr<PostgresWire>> PostgresWire::take_over(int socket) {
  const auto failed = [] {
    return unavailable(std::string("putting a pipe between libpq and the server: ") +
                       std::strerror(errno));
  };
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0)
    return failed();
  const int server = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
  if (server < 0) {
    const Error error = failed();
    ::close(ends[0]);
    ::close(ends[1]);
    return error;
  }
  std::unique_ptr<PostgresWire> wire(new PostgresWire(server, ends[0]));
  ::setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &pipe_bytes, sizeof pipe_bytes);
  wire->pipe_number_ = file_number(ends[1]);
  const int put = ::dup3(ends[1], socket, O_CLOEXEC);
  const Error error = failed();
  ::close(ends[1]);
  if (put < 0) return error;
  return wire;
}

PostgresWire::~PostgresWire() {
  // libpq has said good-bye into the pipe and closed its end.
  while (!to_server_.is_over) {
    if (to_server_.is_empty()) to_server_.read_from(pipe_);
    if (to_server_.is_empty() || to_server_.write_to(server_) == 0) break;
  }
  ::close(pipe_);
  ::close(server_);
}

bool PostgresWire::is_behind(int socket) const {
  return socket >= 0 && file_number(socket) == pipe_number_;
}

void PostgresWire::pump(std::chrono::milliseconds wait) {
  if (pass_on()) return;
  // A full pipe is libpq's to empty, and it does that while we do not wait.
  if (!from_server_.is_empty()) return;
  const auto events_of = [](const Stretch& coming, const Stretch& going) {
    int events = 0;
    if (coming.is_empty() && !coming.is_over) events |= POLLIN;
    if (!going.is_empty()) events |= POLLOUT;
    return static_cast<short>(events);
  };
  std::array<pollfd, 2> ends{pollfd{server_, events_of(from_server_, to_server_), 0},
                             pollfd{pipe_, events_of(to_server_, from_server_), 0}};
  // A line that is over would be reported without end.
  for (pollfd& end : ends)
    if (end.events == 0) end.fd = -1;
  ::poll(ends.data(), ends.size(), static_cast<int>(wait.count()));
  pass_on();
}

/// Whether anything has passed.
bool PostgresWire::pass_on() {
  if (to_server_.is_empty()) to_server_.read_from(pipe_);
  const std::size_t sent = to_server_.write_to(server_);
  if (from_server_.is_empty()) from_server_.read_from(server_);
  const std::size_t received = from_server_.write_to(pipe_);
  received_bytes_ += received;
  if (from_server_.is_over && from_server_.is_empty() && !has_told_end_) {
    has_told_end_ = true;
    ::shutdown(pipe_, SHUT_WR);
    return true;
  }
  return sent + received > 0;
}

void PostgresWire::Stretch::read_from(int socket) {
  if (is_over) return;
  const auto count = ::recv(socket, bytes.data(), bytes.size(), MSG_DONTWAIT);
  begin = 0;
  end = count > 0 ? static_cast<std::size_t>(count) : 0;
  is_over = count == 0 || (count < 0 && !may_pass());
}

std::size_t PostgresWire::Stretch::write_to(int socket) {
  if (is_empty()) return 0;
  const auto count = ::send(socket, bytes.data() + begin, end - begin, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (count > 0) {
    begin += static_cast<std::size_t>(count);
    return static_cast<std::size_t>(count);
  }
  // Nobody takes it any more, and the other direction will show it.
  if (!may_pass()) begin = end;
  return 0;
}

}  // namespace bellwether::ingest
