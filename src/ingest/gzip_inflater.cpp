#include "gzip_inflater.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include <zlib.h>

namespace bellwether::ingest {
namespace {

constexpr int gzip_window_bits = 15 + 16;  // The largest window, in a gzip wrapper.
constexpr std::size_t most_at_once = std::size_t{1} << 30U;

}  // namespace

struct GzipInflater::Body {
  z_stream stream{};
  std::array<unsigned char, std::size_t{64} * 1024> unpacked{};
  std::uint64_t packed_bytes = 0;  ///< Of the input so far.
  bool is_between_members = true;
  bool has_members = false;
  bool is_done = false;  ///< What follows the last member is padding.
  std::optional<Error> failure;

  Result<void> fail(std::string message) {
    failure = invalid_input(std::move(message));
    return *failure;
  }
};

GzipInflater::GzipInflater() : body_(std::make_unique<Body>()) {
  if (inflateInit2(&body_->stream, gzip_window_bits) != Z_OK)
    body_->failure = internal_error("gzip: out of memory");
}

GzipInflater::~GzipInflater() { inflateEnd(&body_->stream); }

bool GzipInflater::is_gzip(std::string_view bytes) { return bytes.starts_with("\x1f\x8b"); }

Result<void> GzipInflater::feed(std::string_view packed, const OnBytes& on_bytes) {
  Body& body = *body_;
  if (body.failure) return *body.failure;
  bool has_more = false;  // Unpacked bytes that found no room yet.
  while ((!packed.empty() || has_more) && !body.is_done) {
    if (!has_more && body.is_between_members && body.has_members && packed.front() != '\x1f') {
      // Some writers pad the file with zeros; anything else is no gzip.
      if (packed.front() != '\0')
        return body.fail("gzip: byte " + std::to_string(body.packed_bytes) +
                         " begins neither data nor padding; the file is damaged");
      body.is_done = true;
      break;
    }
    body.is_between_members = false;
    body.stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    body.stream.avail_in = static_cast<uInt>(std::min(packed.size(), most_at_once));
    body.stream.next_out = body.unpacked.data();
    body.stream.avail_out = static_cast<uInt>(body.unpacked.size());
    const uInt offered = body.stream.avail_in;
    const int outcome = inflate(&body.stream, Z_NO_FLUSH);
    const std::size_t used = offered - body.stream.avail_in;
    body.packed_bytes += used;
    packed.remove_prefix(used);
    if (outcome != Z_OK && outcome != Z_STREAM_END && outcome != Z_BUF_ERROR)
      return body.fail("gzip: the data is damaged near byte " + std::to_string(body.packed_bytes));
    const std::size_t count = body.unpacked.size() - body.stream.avail_out;
    if (count > 0) {
      const auto* const bytes = reinterpret_cast<const char*>(body.unpacked.data());
      if (auto taken = on_bytes({bytes, count}); !taken) {
        body.failure = taken.error();
        return taken;
      }
    }
    has_more = outcome == Z_OK && body.stream.avail_out == 0;
    if (outcome == Z_STREAM_END) {
      inflateReset(&body.stream);
      body.is_between_members = body.has_members = true;
    }
  }
  return ok();
}

Result<void> GzipInflater::finish() const {
  if (body_->failure) return *body_->failure;
  if (!body_->is_between_members)
    return invalid_input("gzip: the data ends in the middle, after byte " +
                         std::to_string(body_->packed_bytes) + "; the file is cut short");
  return ok();
}

}  // namespace bellwether::ingest
