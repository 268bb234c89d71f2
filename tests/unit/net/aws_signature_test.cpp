#include "bellwether/net/aws_signature.hpp"

#include <gtest/gtest.h>

#include "bellwether/net/crypto.hpp"

namespace bellwether::net {
namespace {

// Keys, requests and signatures of AWS's own documentation: "Signature Calculations for the
// Authorization Header" of the S3 API reference, and the IAM example of the Signature V4 guide.
const AwsKeys s3_keys{.access_key_id = "AKIAIOSFODNN7EXAMPLE",
                      .secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                      .session_token = ""};
const AwsScope s3_scope{.region = "us-east-1", .service = "s3"};
const std::string s3_host = "examplebucket.s3.amazonaws.com";

TimePoint at(std::string_view text) { return *parse_rfc3339(text); }
TimePoint s3_day() { return at("2013-05-24T00:00:00Z"); }

std::string signature_in(const std::map<std::string, std::string>& headers) {
  return parse_aws_authorization(headers.at("authorization"))->signature;
}

TEST(AwsSignature, SignsTheDocumentedRangedGet) {
  const AwsRequest request{.method = "GET",
                           .target = "/test.txt",
                           .headers = {{"host", s3_host}, {"range", "bytes=0-9"}},
                           .payload_hash = sha256_hex("")};

  const auto headers = sign(request, s3_keys, s3_scope, s3_day());

  EXPECT_EQ(headers.at("authorization"),
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
            "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
            "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  EXPECT_EQ(headers.at("x-amz-date"), "20130524T000000Z");
}

TEST(AwsSignature, SignsTheDocumentedPut) {
  const AwsRequest request{.method = "PUT",
                           .target = "/test%24file.text",
                           .headers = {{"host", s3_host},
                                       {"date", "Fri, 24 May 2013 00:00:00 GMT"},
                                       {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                           .payload_hash = sha256_hex("Welcome to Amazon S3.")};

  EXPECT_EQ(signature_in(sign(request, s3_keys, s3_scope, s3_day())),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
}

TEST(AwsSignature, SignsTheDocumentedSubresource) {
  const AwsRequest request{.method = "GET",
                           .target = "/?lifecycle",
                           .headers = {{"host", s3_host}},
                           .payload_hash = sha256_hex("")};

  EXPECT_EQ(signature_in(sign(request, s3_keys, s3_scope, s3_day())),
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
}

TEST(AwsSignature, SignsTheDocumentedList) {
  const AwsRequest request{.method = "GET",
                           .target = "/?prefix=J&max-keys=2",
                           .headers = {{"host", s3_host}},
                           .payload_hash = sha256_hex("")};

  EXPECT_EQ(signature_in(sign(request, s3_keys, s3_scope, s3_day())),
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST(AwsSignature, SignsTheDocumentedListUsers) {
  const AwsKeys keys{.access_key_id = "AKIDEXAMPLE",
                     .secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                     .session_token = ""};
  const AwsRequest request{
      .method = "GET",
      .target = "/?Action=ListUsers&Version=2010-05-08",
      .headers = {{"host", "iam.amazonaws.com"},
                  {"content-type", "application/x-www-form-urlencoded; charset=utf-8"}},
      .payload_hash = sha256_hex("")};

  EXPECT_EQ(signature_in(sign(request, keys, {.region = "us-east-1", .service = "iam"},
                              at("2015-08-30T12:36:00Z"))),
            "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
}

// The two that follow were signed by botocore, with its clock held still.

AwsRequest session_request() {
  return {.method = "GET",
          .target =
              "/bucket/a%20b/intvl_date%3D2026/x%2By.csv?list-type=2&prefix=a%20b%2F"
              "&delimiter=%2F",
          .headers = {{"host", "127.0.0.1:9000"}, {"range", "bytes=0-9"}},
          .payload_hash = sha256_hex("")};
}

const AwsKeys session_keys{.access_key_id = "AKIAEXAMPLE",
                           .secret = "secret/with+signs",
                           .session_token = "a/session+token=="};

AwsRequest tags_request() {
  return {.method = "POST",
          .target = "/tags/arn%3Aaws%3Ax%2Fy",
          .headers = {{"host", "127.0.0.1:8088"}, {"content-type", "application/json"}},
          .payload_hash = sha256_hex("{\"a\":1}")};
}

TimePoint botocore_time() { return at("2026-03-20T08:09:10Z"); }

TEST(AwsSignature, SignsTheSessionTokenAndLeavesAnS3PathAsItIs) {
  const auto headers = sign(session_request(), session_keys, {"eu-west-1", "s3"}, botocore_time());

  EXPECT_EQ(signature_in(headers),
            "cc5813145af0a68bf04c43ed0994b071cca697325a4e5aa5ea0db1525088b99c");
  EXPECT_EQ(headers.at("x-amz-security-token"), "a/session+token==");
}

TEST(AwsSignature, EncodesThePathTwiceForOtherServices) {
  const auto headers =
      sign(tags_request(), session_keys, {"us-east-1", "lookoutmetrics"}, botocore_time());
  AwsKeys lasting = session_keys;
  lasting.session_token.clear();

  EXPECT_EQ(
      signature_in(sign(tags_request(), lasting, {"us-east-1", "lookoutmetrics"}, botocore_time())),
      "0617482c4b957008f98daac1391c8e57ec5dd85a28276a5fadb786dca1dcd814");
  EXPECT_FALSE(headers.contains("x-amz-content-sha256"));
}

/// A signed request as its receiver sees it.
AwsRequest signed_request(TimePoint time) {
  AwsRequest request = tags_request();
  for (const auto& [name, value] :
       sign(request, session_keys, {"us-east-1", "lookoutmetrics"}, time))
    request.headers[name] = value;
  return request;
}

Result<void> verified(const AwsRequest& request, TimePoint now,
                      std::string_view secret = session_keys.secret) {
  const auto authorization = parse_aws_authorization(request.headers.at("authorization"));
  if (!authorization) return authorization.error();
  return verify(request, *authorization, secret, now);
}

TEST(AwsSignature, VerifiesWhatItSigned) {
  EXPECT_TRUE(verified(signed_request(botocore_time()), botocore_time() + std::chrono::minutes(5)));
}

TEST(AwsSignature, RefusesAnotherSecretAnotherBodyAndAnotherHeader) {
  const AwsRequest request = signed_request(botocore_time());
  AwsRequest other_body = request;
  other_body.payload_hash = sha256_hex("{\"a\":2}");
  AwsRequest other_header = request;
  other_header.headers["content-type"] = "text/plain";
  AwsRequest other_target = request;
  other_target.target += "?force=true";

  EXPECT_EQ(verified(request, botocore_time(), "guess").error().code, ErrorCode::forbidden);
  for (const AwsRequest& altered : {other_body, other_header, other_target})
    EXPECT_EQ(verified(altered, botocore_time()).error().code, ErrorCode::forbidden);
}

TEST(AwsSignature, RefusesWhatWasSignedTooLongAgo) {
  const auto late =
      verified(signed_request(botocore_time()), botocore_time() + std::chrono::minutes(16));

  EXPECT_EQ(late.error().code, ErrorCode::forbidden);
  EXPECT_NE(late.error().message.find("clock"), std::string::npos);
}

TEST(AwsSignature, NamesThePartThatAnAuthorizationLacks) {
  const std::string credential = "Credential=AKID/20260320/us-east-1/s3/aws4_request";
  const auto message = [](const std::string& header) {
    return parse_aws_authorization(header).error().message;
  };

  EXPECT_NE(message("Bearer x").find("AWS4-HMAC-SHA256"), std::string::npos);
  EXPECT_NE(message("AWS4-HMAC-SHA256 Signature=1").find("Credential"), std::string::npos);
  EXPECT_NE(message("AWS4-HMAC-SHA256 " + credential + ", Signature=1").find("SignedHeaders"),
            std::string::npos);
  EXPECT_NE(message("AWS4-HMAC-SHA256 " + credential + ", SignedHeaders=host").find("Signature"),
            std::string::npos);
}

}  // namespace
}  // namespace bellwether::net
