#include "bellwether/net/crypto.hpp"

#include <string>

#include <gtest/gtest.h>

namespace bellwether::net {
namespace {

TEST(Crypto, HashesLikeTheStandardsExamples) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Crypto, SignsLikeTheExamplesOfRfc4231) {
  EXPECT_EQ(base64_encode(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
  EXPECT_EQ(base64_encode(hmac_sha256(std::string(131, '\xaa'),
                                      "Test Using Larger Than Block-Size Key - Hash Key First")),
            "YOQxWR7gtn8Niiaqy/W3f44LxiE3KMUUBUYEDw7jf1Q=");
}

TEST(Crypto, EncodesLikeTheExamplesOfRfc4648) {
  EXPECT_EQ(base64_encode(""), "");
  EXPECT_EQ(base64_encode("f"), "Zg==");
  EXPECT_EQ(base64_encode("fo"), "Zm8=");
  EXPECT_EQ(base64_encode("foo"), "Zm9v");
  EXPECT_EQ(base64_encode("foobar"), "Zm9vYmFy");
}

TEST(Crypto, DecodesWhatItEncoded) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    EXPECT_EQ(base64_decode(base64_encode(bytes)).value(), bytes);
    bytes += static_cast<char>(i);
  }
}

TEST(Crypto, RefusesWhatIsNoBase64) {
  EXPECT_EQ(base64_decode("Zg=").error().message,
            "base64 text must have a multiple of four characters, not 3");
  EXPECT_EQ(base64_decode("Zm9v-m9v").error().message, "character 5 is not of the base64 alphabet");
  EXPECT_EQ(base64_decode("Z===").error().message, "character 2 is not of the base64 alphabet");
  EXPECT_EQ(base64_decode("Zh==").error().message,
            "the last base64 character carries bits that belong to no byte");
}

TEST(Crypto, ComparesTextsWhole) {
  EXPECT_TRUE(constant_time_equal("", ""));
  EXPECT_TRUE(constant_time_equal("secret", "secret"));
  EXPECT_FALSE(constant_time_equal("secret", "secreT"));
  EXPECT_FALSE(constant_time_equal("secret", "secrets"));
}

}  // namespace
}  // namespace bellwether::net
