#include "bellwether/base/percent_encoding.hpp"

#include <gtest/gtest.h>

namespace bellwether {
namespace {

TEST(PercentEncoding, KeepsWhatNeedsNoEncoding) {
  EXPECT_EQ(percent_encode("aZ0-._~"), "aZ0-._~");
  EXPECT_EQ(percent_encode("a/b c=+\xc3\xa9"), "a%2Fb%20c%3D%2B%C3%A9");
  EXPECT_EQ(percent_encode("a/b c", true), "a/b%20c");
}

TEST(PercentEncoding, DecodesWhatItEncoded) {
  const std::string text("\0 %/\xff~", 6);

  EXPECT_EQ(percent_decode(percent_encode(text)), text);
  EXPECT_EQ(percent_decode("%4"), "%4");
  EXPECT_EQ(percent_decode("100%zz%41"), "100%zzA");
}

}  // namespace
}  // namespace bellwether
