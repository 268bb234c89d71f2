#include "bellwether/base/printable_text.hpp"

#include <gtest/gtest.h>

namespace bellwether {
namespace {

TEST(PrintableText, LeavesWhatIsSeenAsItIs) {
  for (const char* text : {"", "orders of shop, 77.3 %", "caf\u00e9 \u20ac 日本語 😀",
                           "\u0645\u0631\u062d\u0628\u0627", "\u0600\u06dd", "a\u00a0b\u0301"})
    EXPECT_EQ(printable_text(text), text);
}

TEST(PrintableText, MakesControlCharactersBlanks) {
  EXPECT_EQ(printable_text("a\nb\r\tc\x1b[2J\x7f"), "a b  c [2J ");
  EXPECT_EQ(printable_text(std::string_view("a\0b", 3)), "a b");
  // C1: what a terminal takes for ESC [, and NEL; then the separators of lines and paragraphs.
  EXPECT_EQ(printable_text("a\u009b31mb\u0085c\u2028d\u2029e"), "a 31mb c d e");
  for (unsigned code = 0x80; code <= 0x9f; ++code)
    EXPECT_EQ(printable_text(std::string{'\xc2', static_cast<char>(code)}), " ") << code;
}

TEST(PrintableText, LeavesOutWhatTurnsOrHidesText) {
  EXPECT_EQ(printable_text("invoice\u202efdp.exe"), "invoicefdp.exe");
  EXPECT_EQ(printable_text("\u202aa\u202bb\u202cc\u202dd\u2066e\u2067f\u2068g\u2069"), "abcdefg");
  EXPECT_EQ(printable_text("\u200e\u200f\u061cpay\u200b\u200c\u200d\u2060pal\ufeff"), "paypal");
  EXPECT_EQ(printable_text("a\u00ad\u180e\ufff9\U000e0001\U000e0041\U000e007fb"), "ab");
}

TEST(PrintableText, ReplacesBytesThatAreNoCharacter) {
  EXPECT_EQ(printable_text("a\xff\x9b\xc2z\xe2\x80"), "a\ufffd\ufffd\ufffdz\ufffd\ufffd");
}

TEST(PrintableText, KeepsLinesWhereItIsAsked) {
  EXPECT_EQ(printable_lines("a\u202e\nb\r\x1b\n"), "a\nb  \n");
}

}  // namespace
}  // namespace bellwether
