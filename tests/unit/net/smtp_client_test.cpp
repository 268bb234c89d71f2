#include "bellwether/net/smtp_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scripted_mail_server.hpp"

namespace bellwether::net {
namespace {

using bellwether::testing::ScriptedMailServer;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Result<void> mail_to(const std::string& address, MailSecurity security = MailSecurity::none,
                     bool allow_private_targets = true) {
  return send_mail({.address = address,
                    .security = security,
                    .username = "",
                    .password = "",
                    .ca_file = "",
                    .allow_private_targets = allow_private_targets,
                    .timeout = Duration(10'000)},
                   {.from = "us@example.com",
                    .to = "ops@example.com",
                    .message = "Subject: x\r\n\r\nhello\r\n.\r\n"});
}

Error refused_with(std::map<std::string, std::string> answers) {
  const ScriptedMailServer server(std::move(answers));
  const auto sent = mail_to(server.address());
  return sent ? Error{} : sent.error();
}

TEST(SmtpClient, HandsOverAMessage) {
  const ScriptedMailServer server;

  const auto sent = mail_to(server.address());
  ASSERT_TRUE(sent) << sent.error().message;
  EXPECT_THAT(server.lines(), Contains("MAIL FROM:<us@example.com>"));
  EXPECT_THAT(server.lines(), Contains("RCPT TO:<ops@example.com>"));
  EXPECT_THAT(server.lines(), Contains("hello"));
  EXPECT_THAT(server.lines(), Contains(".."));  // A dot alone would end the message.
}

TEST(SmtpClient, TriesAgainWhatIsRefusedForNow) {
  EXPECT_EQ(refused_with({{"RCPT", "451 greylisted, come back later"}}),
            unavailable("the mail server answered '451 greylisted, come back later'"));
  EXPECT_EQ(refused_with({{"DATA", "421 closing"}}).code, ErrorCode::unavailable);
}

TEST(SmtpClient, GivesUpWhatIsRefusedForGood) {
  EXPECT_EQ(refused_with({{"RCPT", "550 no such user"}}),
            invalid_input("the mail server answered '550 no such user'"));
  EXPECT_EQ(refused_with({{"MAIL", "553 not from you"}}).code, ErrorCode::invalid_input);
}

TEST(SmtpClient, TakesAServerThatKnowsNoExtensions) {
  const std::map<std::string, std::string> answers{{"EHLO", "502 what?"}};
  const ScriptedMailServer server(answers);
  EXPECT_TRUE(mail_to(server.address()));
}

TEST(SmtpClient, SaysNothingInTheClearWhereTlsIsWanted) {
  const ScriptedMailServer server;

  const auto sent = mail_to(server.address(), MailSecurity::starttls);
  EXPECT_EQ(sent.error().code, ErrorCode::unavailable);
  EXPECT_THAT(sent.error().message, HasSubstr("offers no STARTTLS"));
  EXPECT_THAT(server.lines(), ::testing::Not(Contains(StartsWith("MAIL"))));
}

TEST(SmtpClient, KeepsFromPrivateTargets) {
  const ScriptedMailServer server;

  const auto sent = mail_to(server.address(), MailSecurity::none, false);
  EXPECT_EQ(sent.error().code, ErrorCode::forbidden);
  EXPECT_THAT(sent.error().message, HasSubstr("allow_private_targets is false"));
  EXPECT_TRUE(server.lines().empty());
}

TEST(SmtpClient, RefusesAddressesThatHoldCommands) {
  const auto sent =
      send_mail({.address = "127.0.0.1:1"},
                {.from = "a@b>\r\nRCPT TO:<c@d", .to = "ops@example.com", .message = ""});
  EXPECT_EQ(sent.error().code, ErrorCode::invalid_input);
}

TEST(SmtpClient, SaysThatNobodyListens) {
  EXPECT_EQ(mail_to("127.0.0.1:1").error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace bellwether::net
