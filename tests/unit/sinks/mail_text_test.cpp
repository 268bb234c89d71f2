#include "mail_text.hpp"

#include <gtest/gtest.h>

namespace bellwether::sinks {
namespace {

TEST(HeaderText, LeavesAsciiAlone) {
  EXPECT_EQ(encode_header_text("Anomaly in orders, severity 77.3"),
            "Anomaly in orders, severity 77.3");
}

TEST(HeaderText, EncodesOtherCharactersInWordsOfWholeOnes) {
  EXPECT_EQ(encode_header_text("caf\xc3\xa9"), "=?UTF-8?B?Y2Fmw6k=?=");
  std::string text;
  for (int i = 0; i < 40; ++i) text += "\xe2\x82\xac";
  const std::string encoded = encode_header_text(text);
  EXPECT_EQ(encoded.substr(0, encoded.find("\r\n ")).size(), 72U);
  EXPECT_NE(encoded.find("?=\r\n =?UTF-8?B?"), std::string::npos);
}

TEST(HeaderText, LetsNoTextBeginAnotherHeader) {
  EXPECT_EQ(encode_header_text("a\r\nBcc: b@example.com"), "a  Bcc: b@example.com");
  EXPECT_EQ(encode_header_text("=?UTF-8?B?eA==?="), "=?UTF-8?B?PT9VVEYtOD9CP2VBPT0/PQ==?=");
}

TEST(QuotedPrintable, EncodesWhatMailMayChange) {
  EXPECT_EQ(encode_quoted_printable("caf\xc3\xa9 = 1 \nend"), "caf=C3=A9 =3D 1=20\r\nend\r\n");
  EXPECT_EQ(encode_quoted_printable("\n.\n"), "\r\n.\r\n");
}

TEST(QuotedPrintable, BreaksLongLines) {
  EXPECT_EQ(encode_quoted_printable(std::string(76, 'x')), std::string(75, 'x') + "=\r\nx\r\n");
  const std::string encoded = encode_quoted_printable(std::string(74, 'x') + "\xc3\xa9");
  EXPECT_EQ(encoded, std::string(74, 'x') + "=\r\n=C3=A9\r\n");
}

TEST(MailDate, IsOfTheUtcDay) {
  EXPECT_EQ(to_mail_date(parse_rfc3339("2026-03-02T05:00:03.9Z").value()),
            "Mon, 02 Mar 2026 05:00:03 +0000");
}

}  // namespace
}  // namespace bellwether::sinks
