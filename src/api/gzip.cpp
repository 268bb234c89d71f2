#include "gzip.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include <zlib.h>

namespace bellwether::api {
namespace {

constexpr int gzip_window_bits = 15 + 16;

Error too_many_rows(std::uint64_t most) {
  return {ErrorCode::overloaded, "the body has more than " + std::to_string(most) +
                                     " rows; send fewer at once (server.limits.rows)"};
}

class Inflater {
 public:
  Inflater() : is_ready_(inflateInit2(&stream_, gzip_window_bits) == Z_OK) {}
  ~Inflater() {
    if (is_ready_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  bool is_ready() const { return is_ready_; }

  Result<std::string> run(std::string_view packed, const UnpackLimits& limits,
                          ByteReservation& held) {
    // zlib counts in 32 bits, request bodies are far smaller.
    if (packed.size() > std::numeric_limits<uInt>::max())
      return Error{ErrorCode::overloaded, "the body is too large to unpack"};
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream_.avail_in = static_cast<uInt>(packed.size());
    std::string text;
    std::array<char, 32U << 10U> piece{};
    for (;;) {
      stream_.next_out = reinterpret_cast<Bytef*>(piece.data());
      stream_.avail_out = static_cast<uInt>(piece.size());
      const int code = inflate(&stream_, Z_NO_FLUSH);
      const std::size_t count = piece.size() - stream_.avail_out;
      if (text.size() + count > limits.bytes)
        return Error{ErrorCode::overloaded,
                     "the body unpacks to more than " + std::to_string(limits.bytes) + " bytes"};
      if (limits.count != nullptr) {
        limits.count->take({piece.data(), count});
        // A heading, or an element behind the last comma, makes a difference of one.
        if (limits.count->rows() > limits.rows + 1) return too_many_rows(limits.rows);
      }
      if (auto room = make_room(text, count, limits.bytes, held); !room) return room.error();
      text.append(piece.data(), count);
      if (code == Z_STREAM_END && stream_.avail_in == 0) return text;
      if (code == Z_STREAM_END) {
        if (inflateReset(&stream_) != Z_OK) return invalid_input("the gzip body is damaged");
        continue;
      }
      if (code != Z_OK)
        return invalid_input(code == Z_BUF_ERROR ? "the gzip body is cut off"
                                                 : "the gzip body is damaged");
    }
  }

 private:
  /// By doubling, as a text grows, but never beyond the limit.
  static Result<void> make_room(std::string& text, std::size_t count, std::size_t limit,
                                ByteReservation& held) {
    const std::size_t wanted = text.size() + count;
    if (wanted <= text.capacity()) return ok();
    const std::size_t capacity = std::min(limit, std::max(wanted, 2 * text.capacity()));
    if (auto grown = held.grow(capacity - text.capacity()); !grown)
      return unavailable("unpacking the body: " + grown.error().message);
    text.reserve(capacity);
    return ok();
  }

  z_stream stream_{};
  bool is_ready_;
};

}  // namespace

Result<std::string> gunzip(std::string_view packed, const UnpackLimits& limits,
                           ByteReservation& held) {
  Inflater inflater;
  if (!inflater.is_ready()) return Error{ErrorCode::unavailable, "memory is short"};
  return inflater.run(packed, limits, held);
}

}  // namespace bellwether::api
