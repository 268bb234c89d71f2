#include "kafka_position.hpp"

#include <gtest/gtest.h>

#include "ingest_fixtures.hpp"

namespace bellwether::ingest {
namespace {

TEST(KafkaPosition, ReadsBackWhatItWrote) {
  for (const KafkaPosition& position :
       {KafkaPosition{.offset = 0, .newest = std::nullopt},
        KafkaPosition{.offset = 9'000'000'000, .newest = at("08:00:30")},
        KafkaPosition{.offset = 1, .newest = TimePoint(Duration(-5))}})
    EXPECT_EQ(*parse_kafka_position(to_text(position)), position);
  EXPECT_EQ(to_text({.offset = 12, .newest = std::nullopt}), "kafka 1 12 -");
}

TEST(KafkaPosition, RefusesWhatIsNone) {
  for (const char* text : {"", "files 1 live", "kafka 1 ", "kafka 2 5 -", "kafka 1 5",
                           "kafka 1 -5 -", "kafka 1 5 noon", "kafka 1 5 - "})
    EXPECT_EQ(parse_kafka_position(text).error().code, ErrorCode::corrupt) << text;
}

TEST(KafkaPosition, KnowsAPartitionByItsStream) {
  EXPECT_EQ(stream_of("orders", 3), "orders/3");
  EXPECT_EQ(partition_of("orders", "orders/3"), 3);
  for (const char* other : {"orders", "orders/", "orders/x", "orders2/3", "files"})
    EXPECT_EQ(partition_of("orders", other), std::nullopt) << other;
}

}  // namespace
}  // namespace bellwether::ingest
