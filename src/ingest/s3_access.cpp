#include "s3_access.hpp"

#include <algorithm>
#include <utility>

#include "bellwether/net/aws_keys.hpp"

namespace bellwether::ingest {
namespace {

net::AwsKeySource key_source(const S3SourceSpec& s3, const AwsDefaults& defaults) {
  if (s3.anonymous) return [] { return Result<net::AwsKeys>(net::AwsKeys{}); };
  return net::make_aws_key_source(s3.credentials, defaults.credentials,
                                  "give s3.credentials or aws.credentials, or say anonymous: true");
}

std::string bucket_of(const S3SourceSpec& s3) {
  const auto location = parse_s3_location(
      s3.path.empty() && !s3.historical.empty() ? s3.historical.front() : s3.path);
  return location ? location->bucket : "";
}

net::S3Endpoint endpoint_of(const S3SourceSpec& s3, const AwsDefaults& defaults) {
  net::S3Endpoint endpoint{.url = s3.endpoint.empty() ? defaults.s3_endpoint : s3.endpoint,
                           .region = s3.region.empty() ? defaults.region : s3.region,
                           .is_path_style = s3.addressing == S3Addressing::path,
                           .ca_file = s3.ca_file};
  // A certificate of AWS's covers one name below its own, so a bucket with a dot cannot stand
  // there.
  if (s3.addressing == S3Addressing::automatic)
    endpoint.is_path_style = !endpoint.url.empty() || bucket_of(s3).find('.') != std::string::npos;
  return endpoint;
}

}  // namespace

S3Access::S3Access(const DetectorSpec& spec, const S3SourceSpec& s3, const AwsDefaults& defaults,
                   std::stop_token stop)
    : spec_(spec),
      s3_(s3),
      stop_(std::move(stop)),
      client_(http_, endpoint_of(s3, defaults), key_source(s3, defaults), wall_clock_) {}

Result<std::vector<net::S3Object>> S3Access::list_folder(const S3Location& folder) const {
  std::string prefix = folder.key;
  if (!prefix.empty() && !prefix.ends_with('/')) prefix += '/';
  std::vector<net::S3Object> objects;
  std::string token;
  do {
    auto page = client_.list(folder.bucket, prefix, token, stop_);
    if (!page) return page.error();
    if (!page->next_token.empty() && page->next_token == token)
      return invalid_input("listing s3://" + folder.bucket + "/" + prefix +
                           ": the service gives the same page for ever");
    token = page->next_token;
    for (net::S3Object& object : page->objects)
      if (!object.key.ends_with('/')) objects.push_back(std::move(object));
  } while (!token.empty());
  std::ranges::sort(objects, {}, &net::S3Object::key);
  return objects;
}

Result<std::vector<net::S3Object>> S3Access::find(const S3Location& place) const {
  if (!place.key.empty() && !place.key.ends_with('/')) {
    auto object = client_.head(place.bucket, place.key, stop_);
    if (!object) return object.error();
    if (*object) return std::vector{**std::move(object)};
  }
  return list_folder(place);
}

std::unique_ptr<S3Rows> S3Access::read(const std::string& bucket,
                                       std::vector<net::S3Object> objects,
                                       std::optional<TimePoint> latest_allowed) const {
  return std::make_unique<S3Rows>(
      client_, bucket, std::move(objects), RowSchema{spec_, latest_allowed}, s3_.format,
      S3FetchLimits{.part_bytes = s3_.part_bytes, .parallel_requests = s3_.parallel_requests},
      stop_);
}

}  // namespace bellwether::ingest
