#include "file_bytes.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace bellwether::ingest {
namespace {

constexpr std::size_t plain_piece_bytes = std::size_t{1} << 20U;
constexpr std::size_t gzip_piece_bytes = std::size_t{1} << 16U;  // It may unpack a thousandfold.

Error failed_to(std::string_view verb, const std::string& path) {
  return unavailable(std::string(verb) + " '" + path +
                     "': " + std::generic_category().message(errno));
}

}  // namespace

Result<std::unique_ptr<FileBytes>> FileBytes::open(const std::string& path,
                                                   const FileBounds& bounds) {
  // A pipe that took the file's place would make a plain open wait.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (descriptor < 0) return failed_to("opening", path);
  struct stat facts {};
  if (::fstat(descriptor, &facts) != 0) {
    const Error error = failed_to("examining", path);
    ::close(descriptor);
    return error;
  }
  std::unique_ptr<FileBytes> bytes(new FileBytes(path, descriptor, facts.st_ino));
  if (!S_ISREG(facts.st_mode)) return invalid_input("'" + path + "' is no regular file");
  if (auto allowed = bounds.check(descriptor, path); !allowed) return allowed.error();
  if (auto found = bytes->find_kind(); !found) return found.error();
  return bytes;
}

FileBytes::FileBytes(std::string path, int descriptor, std::uint64_t inode)
    : path_(std::move(path)), descriptor_(descriptor), inode_(inode) {}

FileBytes::~FileBytes() { ::close(descriptor_); }

Result<void> FileBytes::find_kind() {
  std::array<char, 2> beginning{};
  const ssize_t count = ::pread(descriptor_, beginning.data(), beginning.size(), 0);
  if (count < 0) return failed_to("reading", path_);
  if (count < 2) return ok();
  const bool is_gzip = GzipInflater::is_gzip({beginning.data(), beginning.size()});
  kind_ = is_gzip ? Kind::gzip : Kind::plain;
  if (is_gzip) inflater_ = std::make_unique<GzipInflater>();
  return ok();
}

void FileBytes::seek(std::uint64_t offset) {
  if (kind_ == Kind::gzip) {
    place_ = 0;
    bytes_to_skip_ = offset;
    inflater_ = std::make_unique<GzipInflater>();
  } else {
    place_ = offset;
  }
}

bool FileBytes::is_beyond_end(std::uint64_t offset) const {
  struct stat facts {};
  return kind_ != Kind::gzip && ::fstat(descriptor_, &facts) == 0 &&
         offset > static_cast<std::uint64_t>(facts.st_size);
}

Result<std::string_view> FileBytes::read_piece(std::size_t most_bytes) {
  piece_.resize(most_bytes);
  const ssize_t count = ::pread(descriptor_, piece_.data(), most_bytes, static_cast<off_t>(place_));
  if (count < 0) return failed_to("reading", path_);
  place_ += static_cast<std::uint64_t>(count);
  return std::string_view(piece_.data(), static_cast<std::size_t>(count));
}

Result<std::string> FileBytes::head(std::size_t most_bytes) const {
  std::string head;
  const auto take = [&](std::string_view bytes) -> Result<void> {
    head += bytes.substr(0, most_bytes - head.size());
    if (head.size() < most_bytes) return ok();
    return invalid_input("that is enough");  // It stops the unpacking.
  };
  GzipInflater inflater;
  std::vector<char> piece(kind_ == Kind::gzip ? gzip_piece_bytes : most_bytes);
  for (std::uint64_t place = 0; head.size() < most_bytes;) {
    const ssize_t count =
        ::pread(descriptor_, piece.data(), piece.size(), static_cast<off_t>(place));
    if (count < 0) return failed_to("reading", path_);
    if (count == 0) break;
    place += static_cast<std::uint64_t>(count);
    const std::string_view bytes(piece.data(), static_cast<std::size_t>(count));
    const auto taken = kind_ == Kind::gzip ? inflater.feed(bytes, take) : take(bytes);
    if (!taken && head.size() < most_bytes) return taken.error();
  }
  return head;
}

Result<bool> FileBytes::read(const OnBytes& on_bytes) {
  if (kind_ == Kind::unknown)
    if (auto found = find_kind(); !found) return found.error();
  if (kind_ == Kind::unknown) return false;
  const auto piece = read_piece(kind_ == Kind::gzip ? gzip_piece_bytes : plain_piece_bytes);
  if (!piece) return piece.error();
  if (piece->empty()) return false;
  const auto hand_on = [&](std::string_view bytes) -> Result<void> {
    const auto skipped = std::min<std::uint64_t>(bytes_to_skip_, bytes.size());
    bytes_to_skip_ -= skipped;
    bytes.remove_prefix(skipped);
    return bytes.empty() ? ok() : on_bytes(bytes);
  };
  const auto handed = inflater_ ? inflater_->feed(*piece, hand_on) : hand_on(*piece);
  if (!handed) return handed.error();
  return true;
}

Result<void> FileBytes::finish(const OnBytes& on_bytes) {
  if (inflater_) return inflater_->finish();
  if (kind_ == Kind::plain) return ok();
  const auto only_byte = read_piece(2);
  if (!only_byte) return only_byte.error();
  return on_bytes(*only_byte);
}

}  // namespace bellwether::ingest
