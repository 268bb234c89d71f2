#include "bellwether/net/aws_keys.hpp"

#include <filesystem>
#include <fstream>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"

namespace bellwether::net {
namespace {

using ::testing::HasSubstr;

Environment environment(std::map<std::string, std::string> variables) {
  return [variables](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

class AwsKeysTest : public ::testing::Test {
 protected:
  AwsKeysTest() {
    std::filesystem::create_directories(home() + "/.aws");
    std::ofstream(home() + "/.aws/credentials")
        << "# ours\n[default]\naws_access_key_id = ONE\naws_secret_access_key=s1\n\n"
           "[other]\r\naws_access_key_id=TWO\r\naws_secret_access_key = s=2\r\n"
           "aws_session_token = t2\r\n[half]\naws_access_key_id=X\n";
  }
  std::string home() const { return folder_ / "home"; }

  bellwether::testing::TemporaryFolder folder_;
};

TEST_F(AwsKeysTest, ComeFromTheEnvironmentFirst) {
  const auto keys = find_aws_keys(environment({{"HOME", home()},
                                               {"AWS_ACCESS_KEY_ID", "ENV"},
                                               {"AWS_SECRET_ACCESS_KEY", "s"},
                                               {"AWS_SESSION_TOKEN", "t"}}));

  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->access_key_id, "ENV");
  EXPECT_EQ(keys->session_token, "t");
}

TEST_F(AwsKeysTest, ComeFromTheCredentialsFileElse) {
  const auto keys = find_aws_keys(environment({{"HOME", home()}}));
  const auto other = find_aws_keys(environment(
      {{"AWS_SHARED_CREDENTIALS_FILE", home() + "/.aws/credentials"}, {"AWS_PROFILE", "other"}}));

  ASSERT_TRUE(keys && other);
  EXPECT_EQ(keys->access_key_id, "ONE");
  EXPECT_EQ(keys->secret, "s1");
  EXPECT_EQ(other->secret, "s=2");
  EXPECT_EQ(other->session_token, "t2");
}

TEST_F(AwsKeysTest, SayWhatIsMissing) {
  const auto error = [&](std::map<std::string, std::string> variables) {
    return find_aws_keys(environment(std::move(variables))).error();
  };

  EXPECT_EQ(error({}).code, ErrorCode::not_found);
  EXPECT_EQ(error({{"HOME", home() + "/nobody"}}).code, ErrorCode::not_found);
  EXPECT_THAT(error({{"AWS_ACCESS_KEY_ID", "A"}}).message, HasSubstr("AWS_SECRET_ACCESS_KEY"));
  EXPECT_THAT(error({{"HOME", home()}, {"AWS_PROFILE", "none"}}).message,
              HasSubstr("has no profile [none]"));
  EXPECT_THAT(error({{"HOME", home()}, {"AWS_PROFILE", "half"}}).message,
              HasSubstr("lacks aws_access_key_id or"));
  EXPECT_THAT(error({{"AWS_SHARED_CREDENTIALS_FILE", home() + "/nothing"}}).message,
              HasSubstr("cannot be read"));
  EXPECT_THAT(error({{"AWS_SHARED_CREDENTIALS_FILE", "/dev/ptmx"}}).message,
              HasSubstr("cannot be read: is no regular file"));
}

}  // namespace
}  // namespace bellwether::net
