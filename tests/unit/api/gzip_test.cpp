#include "gzip.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

namespace bellwether::api {
namespace {

std::string packed(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(Gzip, GivesBackWhatWasPacked) {
  EXPECT_EQ(*gunzip(packed("a,b\n1,2\n"), 100), "a,b\n1,2\n");
  EXPECT_EQ(*gunzip(packed(""), 100), "");
  const std::string large(1'000'000, 'x');
  EXPECT_EQ(*gunzip(packed(large), 1'000'000), large);
}

TEST(Gzip, ReadsMembersInARow) { EXPECT_EQ(*gunzip(packed("one") + packed("two"), 100), "onetwo"); }

TEST(Gzip, StopsAtItsLimit) {
  const auto bomb = gunzip(packed(std::string(10'000'000, '\0')), 1000);

  ASSERT_FALSE(bomb);
  EXPECT_EQ(bomb.error().code, ErrorCode::overloaded);
  EXPECT_EQ(bomb.error().message, "the body unpacks to more than 1000 bytes");
}

TEST(Gzip, RefusesWhatIsDamaged) {
  const std::string good = packed("some text that is long enough to be cut");
  EXPECT_EQ(gunzip("plain text", 100).error().message, "the gzip body is damaged");
  EXPECT_EQ(gunzip("", 100).error().message, "the gzip body is cut off");
  EXPECT_EQ(gunzip(good.substr(0, good.size() - 3), 100).error().message,
            "the gzip body is cut off");
  EXPECT_EQ(gunzip(good + "tail", 100).error().message, "the gzip body is damaged");
}

}  // namespace
}  // namespace bellwether::api
