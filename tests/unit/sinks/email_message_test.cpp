#include "email_message.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "email_words.hpp"
#include "made_notification.hpp"
#include "mail_text.hpp"

namespace bellwether::sinks {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* public_url = "http://bellwether.example";

EmailSpec spec() {
  EmailSpec email;
  email.from = "bellwether@example.com";
  email.to = {"ops@example.com", "boss@example.com"};
  return email;
}

TEST(EmailText, TellsOfTheGroup) {
  EXPECT_EQ(make_email_text(testing::made_notification(), public_url),
            "Anomaly in revenue of ecommerce, severity 77.3\n"
            "\n"
            "When\n"
            "  - March 20, 2026 at 6:00 AM UTC to March 20, 2026 at 7:00 AM UTC (start of the "
            "intervals of 1h)\n"
            "\n"
            "Measures\n"
            "  - orders: severity 61, 1 series\n"
            "  - revenue: severity 77.3, 2 series in all\n"
            "\n"
            "Series\n"
            "  - revenue, category=jewellery, marketplace=CA: 12, expected 240.5 (201 to 280)\n"
            "  - revenue, category=<!channel> & \"friends\", marketplace=CA: stopped reporting, "
            "expected 240.5 (201 to 280)\n"
            "\n"
            "Root causes\n"
            "  - marketplace=CA explains 93.1 % of revenue\n"
            "\n"
            "http://bellwether.example/anomalies/6f1c7d7e-0000-5000-8000-000000000002\n"
            "\n"
            "-- \n"
            "Sent by alert 'revenue-ca' (Ask <sales> first) of detector 'ecommerce'. Delivery "
            "0b0a7bfe-0000-5000-8000-000000000001.\n");
}

TEST(EmailHtml, EscapesWhatOthersWrote) {
  const std::string html = make_email_html(testing::made_notification(), public_url);

  EXPECT_THAT(html, HasSubstr("<li>revenue, category=&lt;!channel&gt; &amp; &quot;friends&quot;, "
                              "marketplace=CA: stopped reporting"));
  EXPECT_THAT(html, HasSubstr("(Ask &lt;sales&gt; first)"));
  EXPECT_THAT(html, HasSubstr("<a href=\"http://bellwether.example/anomalies/6f1c7d7e-0000-5000-"
                              "8000-000000000002\">Look at the anomaly</a>"));
  EXPECT_THAT(html, Not(HasSubstr("<sales>")));
}

TEST(EmailWords, TellOfEveryGroupOfABatch) {
  const std::string text = make_email_text(testing::made_batch(), public_url);

  EXPECT_THAT(text, HasSubstr("Anomaly in revenue of ecommerce, severity 77.3\n"));
  EXPECT_THAT(text, HasSubstr("Anomaly in orders of ecommerce is over\n"));
  auto storm = testing::made_batch();
  storm.others.resize(30, storm.others.front());
  EXPECT_THAT(make_email_text(storm, public_url), HasSubstr("And 11 more anomalies."));
  EXPECT_THAT(make_email_html(storm, public_url), HasSubstr("And 11 more anomalies."));
}

TEST(EmailWords, MakeDoWithLittle) {
  const auto bare = testing::made_bare_notification();

  EXPECT_THAT(make_email_text(bare, ""), HasSubstr("Anomaly in ecommerce, severity 0\n"));
  EXPECT_THAT(make_email_text(bare, ""), Not(HasSubstr("Series")));
}

TEST(EmailWords, SayThatASampleIsOne) {
  auto sample = testing::made_notification();
  sample.is_test = true;

  EXPECT_TRUE(make_email_text(sample, public_url).starts_with("This is a test"));
  EXPECT_THAT(make_email_html(sample, public_url), HasSubstr("<p>This is a test"));
  EXPECT_THAT(make_email(sample, spec(), {}, public_url), HasSubstr("\r\nSubject: [TEST] Anomaly"));
}

TEST(Email, IsAWholeMessage) {
  const auto notification = testing::made_notification();
  const std::string boundary = "=_0b0a7bfe-0000-5000-8000-000000000001";
  EXPECT_EQ(make_email(notification, spec(), testing::at("2026-03-20T08:00:03.250Z"), public_url),
            "Date: Fri, 20 Mar 2026 08:00:03 +0000\r\n"
            "From: Bellwether <bellwether@example.com>\r\n"
            "To: ops@example.com,\r\n boss@example.com\r\n"
            "Subject: Anomaly in revenue of ecommerce, severity 77.3\r\n"
            "Message-ID: <0b0a7bfe-0000-5000-8000-000000000001@example.com>\r\n"
            "In-Reply-To: <anomaly-6f1c7d7e-0000-5000-8000-000000000002@example.com>\r\n"
            "References: <anomaly-6f1c7d7e-0000-5000-8000-000000000002@example.com>\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "X-Bellwether-Alert: revenue-ca\r\n"
            "X-Bellwether-Event: opened\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: multipart/alternative; boundary=\"" +
                boundary + "\"\r\n\r\n--" + boundary +
                "\r\nContent-Type: text/plain; charset=utf-8\r\n"
                "Content-Transfer-Encoding: quoted-printable\r\n\r\n" +
                encode_quoted_printable(make_email_text(notification, public_url)) + "\r\n--" +
                boundary +
                "\r\nContent-Type: text/html; charset=utf-8\r\n"
                "Content-Transfer-Encoding: quoted-printable\r\n\r\n" +
                encode_quoted_printable(make_email_html(notification, public_url)) + "\r\n--" +
                boundary + "--\r\n");
}

TEST(Email, HoldsNoLineThatMailDoesNotTake) {
  auto notification = testing::made_notification();
  notification.detector = "na\xc3\xafve\r\nBcc: x@example.com";
  const std::string message = make_email(notification, spec(), {}, public_url);

  EXPECT_THAT(message.substr(0, message.find("\r\n\r\n")), Not(HasSubstr("\r\nBcc:")));
  EXPECT_THAT(message, HasSubstr("Subject: =?UTF-8?B?"));
  EXPECT_TRUE(
      std::ranges::all_of(message, [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
  for (std::size_t begin = 0; begin < message.size();) {
    const auto end = message.find("\r\n", begin);
    ASSERT_NE(end, std::string::npos);
    EXPECT_LE(end - begin, 200U);
    begin = end + 2;
  }
}

}  // namespace
}  // namespace bellwether::sinks
