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

Result<std::string> unpacked(std::string_view text, std::size_t limit) {
  ByteBudget memory("server.memory", 64U << 20U);
  auto held = memory.reserve(0);
  return gunzip(text, {limit}, *held);
}

TEST(Gzip, GivesBackWhatWasPacked) {
  EXPECT_EQ(*unpacked(packed("a,b\n1,2\n"), 100), "a,b\n1,2\n");
  EXPECT_EQ(*unpacked(packed(""), 100), "");
  const std::string large(1'000'000, 'x');
  EXPECT_EQ(*unpacked(packed(large), 1'000'000), large);
}

TEST(Gzip, ReadsMembersInARow) {
  EXPECT_EQ(*unpacked(packed("one") + packed("two"), 100), "onetwo");
}

TEST(Gzip, StopsAtItsLimit) {
  const auto bomb = unpacked(packed(std::string(10'000'000, '\0')), 1000);

  ASSERT_FALSE(bomb);
  EXPECT_EQ(bomb.error().code, ErrorCode::overloaded);
  EXPECT_EQ(bomb.error().message, "the body unpacks to more than 1000 bytes");
}

TEST(Gzip, StopsAtTooManyRows) {
  ByteBudget memory("server.memory", 64U << 20U);
  auto held = memory.reserve(0);
  std::string lines;
  for (int i = 0; i < 1'000'000; ++i) lines += "{}\n";

  RowCount count(RowCount::Form::lines);
  const auto bomb = gunzip(packed(lines), {10'000'000, &count, 1000}, *held);

  ASSERT_FALSE(bomb);
  EXPECT_EQ(bomb.error().code, ErrorCode::overloaded);
  EXPECT_EQ(bomb.error().message,
            "the body has more than 1000 rows; send fewer at once (server.limits.rows)");
  EXPECT_LE(memory.used_bytes(), 128U << 10U) << "most of it was never unpacked";
  RowCount again(RowCount::Form::lines);
  EXPECT_TRUE(gunzip(packed(lines.substr(0, 3000)), {10'000'000, &again, 1000}, *held));
}

TEST(Gzip, ReservesWhatComesOutAndNoMore) {
  ByteBudget memory("server.memory", 1'000'000);
  auto held = memory.reserve(0);
  ASSERT_TRUE(gunzip(packed(std::string(300'000, 'x')), {10'000'000}, *held));
  EXPECT_GE(memory.used_bytes(), 300'000U);
  EXPECT_LE(memory.used_bytes(), 700'000U);

  const auto bomb = gunzip(packed(std::string(5'000'000, 'x')), {10'000'000}, *held);

  ASSERT_FALSE(bomb);
  EXPECT_EQ(bomb.error().code, ErrorCode::unavailable);
  EXPECT_NE(bomb.error().message.find("server.memory of 1000000 bytes is in use"),
            std::string::npos)
      << bomb.error().message;
}

TEST(Gzip, RefusesWhatIsDamaged) {
  const std::string good = packed("some text that is long enough to be cut");
  EXPECT_EQ(unpacked("plain text", 100).error().message, "the gzip body is damaged");
  EXPECT_EQ(unpacked("", 100).error().message, "the gzip body is cut off");
  EXPECT_EQ(unpacked(good.substr(0, good.size() - 3), 100).error().message,
            "the gzip body is cut off");
  EXPECT_EQ(unpacked(good + "tail", 100).error().message, "the gzip body is damaged");
}

}  // namespace
}  // namespace bellwether::api
