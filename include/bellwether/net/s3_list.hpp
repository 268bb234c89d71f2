#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"

namespace bellwether::net {

/// One object of a bucket, as a listing or a HEAD shows it.
struct S3Object {
  std::string key;
  std::uint64_t size_bytes = 0;
  std::string etag;  ///< With its quotes; another one means other bytes.

  bool operator==(const S3Object&) const = default;
};

/// A page of a listing.
struct S3Page {
  std::vector<S3Object> objects;
  std::string next_token;  ///< Empty on the last page.
};

/// Reads the answer to ListObjectsV2, with keys encoded (`encoding-type=url`) or not.
///
/// Errors   invalid_input: not XML, another document, an object without key or size, a page that
///          says there is more and not where, or has more elements than any listing.
Result<S3Page> parse_s3_page(std::string_view xml);

/// What the body of a refused request says; empty where it does not.
struct S3Refusal {
  std::string code;     ///< `NoSuchBucket`
  std::string message;  ///< For people.
  std::string region;   ///< Where the bucket is, when it was asked for in another region.
};
S3Refusal parse_s3_refusal(std::string_view xml);

}  // namespace bellwether::net
