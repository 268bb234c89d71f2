#include "gzip.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include <zlib.h>

namespace bellwether::api {
namespace {

constexpr int gzip_window_bits = 15 + 16;

class Inflater {
 public:
  Inflater() : is_ready_(inflateInit2(&stream_, gzip_window_bits) == Z_OK) {}
  ~Inflater() {
    if (is_ready_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  bool is_ready() const { return is_ready_; }

  Result<std::string> run(std::string_view packed, std::size_t limit) {
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
      text.append(piece.data(), piece.size() - stream_.avail_out);
      if (text.size() > limit)
        return Error{ErrorCode::overloaded,
                     "the body unpacks to more than " + std::to_string(limit) + " bytes"};
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
  z_stream stream_{};
  bool is_ready_;
};

}  // namespace

Result<std::string> gunzip(std::string_view packed, std::size_t limit) {
  Inflater inflater;
  if (!inflater.is_ready()) return Error{ErrorCode::overloaded, "memory is short"};
  return inflater.run(packed, limit);
}

}  // namespace bellwether::api
