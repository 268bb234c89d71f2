#include "bellwether/base/memory_size.hpp"

#include <gtest/gtest.h>

namespace bellwether {
namespace {

TEST(MemorySize, IsAPercentageASizeOrANumberOfBytes) {
  EXPECT_EQ(parse_memory_size("25%"), (MemorySize{0, 25}));
  EXPECT_EQ(parse_memory_size("100%"), (MemorySize{0, 100}));
  EXPECT_EQ(parse_memory_size("4096"), (MemorySize{4096, 0}));
  EXPECT_EQ(parse_memory_size("3KiB"), (MemorySize{3072, 0}));
  EXPECT_EQ(parse_memory_size("256MiB"), (MemorySize{256ULL << 20U, 0}));
  EXPECT_EQ(parse_memory_size("2GiB"), (MemorySize{2ULL << 30U, 0}));
}

TEST(MemorySize, RefusesWhatIsNone) {
  for (const char* text : {"", "%", "0", "0%", "101%", "-1", "1.5GiB", "25 %", "256MB", "256mib",
                           "MiB", "1e9", "18446744073709551616", "18446744073709551615KiB"})
    EXPECT_EQ(parse_memory_size(text), std::nullopt) << text;
}

TEST(MemorySize, IsCountedOnTheMachine) {
  EXPECT_EQ(bytes_of({12345, 0}), 12345U);
  EXPECT_GT(machine_memory_bytes(), 16ULL << 20U);
  EXPECT_EQ(bytes_of({0, 50}), machine_memory_bytes() / 100 * 50);
}

}  // namespace
}  // namespace bellwether
