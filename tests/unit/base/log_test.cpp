#include "bellwether/base/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bellwether/base/printable_text.hpp"

namespace bellwether {
namespace {

using ::testing::EndsWith;

const std::string hostile = "a\n2026 error b\x1b[2J\u009b\u202ec\u200b\xff\"\\";

std::string logged(LogFormat format) {
  configure_log({LogLevel::info, format});
  ::testing::internal::CaptureStderr();
  log_info("part", hostile, {{"value", hostile}});
  std::string line = ::testing::internal::GetCapturedStderr();
  configure_log({});
  return line;
}

TEST(Log, IsOneLineOfWhatCanBeSeen) {
  const std::string line = logged(LogFormat::text);
  EXPECT_THAT(line, EndsWith(" info part: a 2026 error b [2J c\ufffd\"\\ "
                             "value=a 2026 error b [2J c\ufffd\"\\\n"));
  EXPECT_EQ(printable_lines(line), line);
}

TEST(Log, IsOneLineOfJson) {
  EXPECT_THAT(logged(LogFormat::json),
              EndsWith(R"("level":"info","part":"part","message":"a 2026 error b [2J c)"
                       "\ufffd"
                       R"(\"\\","value":"a 2026 error b [2J c)"
                       "\ufffd"
                       R"(\"\\"})"
                       "\n"));
}

}  // namespace
}  // namespace bellwether
