#include "bellwether/base/bytes.hpp"

#include <array>
#include <limits>

#include <gtest/gtest.h>

namespace bellwether {
namespace {

TEST(Bytes, ReadBackWhatWasWritten) {
  ByteWriter writer;
  const std::array<double, 3> column{1.5, -2, 1e300};
  writer.put<std::uint16_t>(515);
  writer.put_varint(0);
  writer.put_varint(std::numeric_limits<std::uint64_t>::max());
  writer.put_text("über");
  writer.put_all(std::span<const double>(column));

  ByteReader reader(writer.bytes());
  std::array<double, 3> read{};
  EXPECT_EQ(reader.get<std::uint16_t>(), 515);
  EXPECT_EQ(reader.get_varint(), 0U);
  EXPECT_EQ(reader.get_varint(), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(reader.get_text(), "über");
  reader.get_all(std::span<double>(read));
  EXPECT_EQ(read, column);
  EXPECT_TRUE(reader.is_complete());
}

TEST(Bytes, SayThatTheyAreCutOffAtEveryLength) {
  ByteWriter writer;
  writer.put<std::uint32_t>(7);
  writer.put_text("text");
  for (std::size_t length = 0; length < writer.length(); ++length) {
    ByteReader reader(std::string_view(writer.bytes()).substr(0, length));
    reader.get<std::uint32_t>();
    reader.get_text();
    EXPECT_TRUE(reader.failed()) << length;
  }
}

TEST(Bytes, RefuseANumberThatNeverEnds) {
  const std::string endless(20, '\xff');
  ByteReader reader(endless);
  EXPECT_EQ(reader.get_varint(), 0U);
  EXPECT_TRUE(reader.failed());
}

}  // namespace
}  // namespace bellwether
