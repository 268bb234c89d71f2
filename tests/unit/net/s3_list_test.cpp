#include "bellwether/net/s3_list.hpp"

#include <gtest/gtest.h>

namespace bellwether::net {
namespace {

constexpr std::string_view page_xml = R"(<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
  <Name>bucket</Name><Prefix>live/</Prefix><KeyCount>2</KeyCount><MaxKeys>2</MaxKeys>
  <EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>
  <Contents><Key>live/a+b%2B%C3%A9.csv</Key><ETag>&quot;abc&quot;</ETag><Size>7</Size></Contents>
  <Contents><Key>live/c</Key><ETag>"d-2"</ETag><Size>4294967296</Size></Contents>
  <CommonPrefixes><Prefix>live/below/</Prefix></CommonPrefixes>
  <NextContinuationToken>1/token+=</NextContinuationToken>
</ListBucketResult>)";

TEST(S3List, ReadsObjectsAndWhereToGoOn) {
  const auto page = parse_s3_page(page_xml);

  ASSERT_TRUE(page);
  EXPECT_EQ(page->objects, (std::vector<S3Object>{{"live/a b+\xc3\xa9.csv", 7, "\"abc\""},
                                                  {"live/c", 4294967296U, "\"d-2\""}}));
  EXPECT_EQ(page->next_token, "1/token+=");
}

TEST(S3List, LeavesKeysAloneThatAreNotEncoded) {
  const auto page = parse_s3_page(
      "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a+b%41</Key>"
      "<Size>0</Size></Contents></ListBucketResult>");

  ASSERT_TRUE(page);
  EXPECT_EQ(page->objects.at(0).key, "a+b%41");
  EXPECT_EQ(page->next_token, "");
}

TEST(S3List, SaysWhatIsWrong) {
  const auto message = [](std::string_view xml) { return parse_s3_page(xml).error().message; };

  EXPECT_NE(message("no xml").find("no XML"), std::string::npos);
  EXPECT_NE(message(page_xml.substr(0, 400)).find("no XML"), std::string::npos);
  EXPECT_NE(message("<Error/>").find("'Error'"), std::string::npos);
  EXPECT_NE(message("<ListBucketResult><Contents><Size>1</Size></Contents></ListBucketResult>")
                .find("without a Key"),
            std::string::npos);
  EXPECT_NE(message("<ListBucketResult><Contents><Key>k</Key><Size>-1</Size></Contents>"
                    "</ListBucketResult>")
                .find("'k' no Size"),
            std::string::npos);
  EXPECT_NE(message("<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>")
                .find("NextContinuationToken"),
            std::string::npos);
}

/// 8 MiB of elements alone would take 200 MB once parsed.
TEST(S3List, RefusesAPageOfMoreElementsThanAnyHas) {
  std::string xml = "<ListBucketResult>";
  for (int i = 0; i < 100'000; ++i) xml += "<a/>";
  const auto page = parse_s3_page(xml + "</ListBucketResult>");

  ASSERT_FALSE(page);
  EXPECT_NE(page.error().message.find("more than 100000 elements and attributes"),
            std::string::npos);
}

TEST(S3List, ReadsARefusal) {
  const S3Refusal refusal = parse_s3_refusal(
      "<Error><Code>AuthorizationHeaderMalformed</Code><Message>no</Message>"
      "<Region>eu-west-1</Region></Error>");

  EXPECT_EQ(refusal.code, "AuthorizationHeaderMalformed");
  EXPECT_EQ(refusal.message, "no");
  EXPECT_EQ(refusal.region, "eu-west-1");
  EXPECT_EQ(parse_s3_refusal("<html>").code, "");
}

}  // namespace
}  // namespace bellwether::net
