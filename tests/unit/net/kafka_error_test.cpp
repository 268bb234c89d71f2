#include "bellwether/net/kafka_error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

namespace bellwether::net {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int refused = RD_KAFKA_RESP_ERR__AUTHENTICATION;

TEST(KafkaSentence, SaysWhatTheBrokerSaidOnce) {
  EXPECT_EQ(kafka_sentence(RD_KAFKA_RESP_ERR__TIMED_OUT, ""), "Local: Timed out");
  EXPECT_EQ(kafka_sentence(RD_KAFKA_RESP_ERR__TIMED_OUT, "Local: Timed out"), "Local: Timed out");
  EXPECT_EQ(kafka_sentence(RD_KAFKA_RESP_ERR__TIMED_OUT, "1 of 3"), "Local: Timed out: 1 of 3");
}

TEST(KafkaSentence, DoesNotBlameThePasswordForAnOldLibrary) {
  const bool is_old = rd_kafka_version() < 0x0206'01ff;
  const std::string sentence =
      kafka_sentence(refused, "invalid credentials with SASL mechanism SCRAM-SHA-256");
  EXPECT_EQ(sentence.find("librdkafka before 2.6.1") != std::string::npos, is_old) << sentence;
  EXPECT_THAT(kafka_sentence(refused, "invalid credentials with SASL mechanism PLAIN"),
              Not(HasSubstr("librdkafka")));
  EXPECT_THAT(kafka_sentence(RD_KAFKA_RESP_ERR__TRANSPORT, "SCRAM"), Not(HasSubstr("librdkafka")));
}

}  // namespace
}  // namespace bellwether::net
