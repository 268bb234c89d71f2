#include "s3_access.hpp"

#include <algorithm>
#include <utility>

#include "bellwether/net/aws_keys.hpp"

namespace bellwether::ingest {
namespace {

/// A listing that no folder of an import has: S3 gives 1,000 objects a page, and some services
/// fewer.
constexpr std::size_t most_listed_objects = 1'000'000;
constexpr std::size_t most_listing_pages = 10'000;

/// One part in so many of what all sources may hold: some that use theirs up leave room for others.
constexpr std::size_t listing_share = 4;
constexpr std::size_t part_share = 8;

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

S3Access::S3Access(const DetectorSpec& spec, const S3SourceSpec& s3, const SourceContext& context,
                   std::stop_token stop)
    : spec_(spec),
      s3_(s3),
      stop_(std::move(stop)),
      listing_bytes_("the share of server.memory for one listing",
                     context.bytes.bytes() / listing_share, context.bytes),
      part_bytes_("the share of server.memory for one source's parts of objects",
                  context.bytes.bytes() / part_share, context.bytes),
      client_(http_, endpoint_of(s3, context.aws), key_source(s3, context.aws), wall_clock_) {}

Result<S3Listing> S3Access::list_folder(const S3Location& folder) const {
  std::string prefix = folder.key;
  if (!prefix.empty() && !prefix.ends_with('/')) prefix += '/';
  const std::string doing = "listing s3://" + folder.bucket + "/" + prefix;
  auto room = listing_bytes_.reserve(0);
  if (!room) return room.error();
  S3Listing listing{.objects = {}, .room = *std::move(room)};
  std::string token;
  std::size_t pages = 0;
  do {
    if (++pages > most_listing_pages)
      return invalid_input(doing + ": the service gives more than " +
                           std::to_string(most_listing_pages) + " pages (most_listing_pages)");
    auto page = client_.list(folder.bucket, prefix, token, stop_);
    if (!page) return page.error();
    if (!page->next_token.empty() && page->next_token == token)
      return invalid_input(doing + ": the service gives the same page for ever");
    token = page->next_token;
    if (auto added = add(*std::move(page), listing); !added)
      return while_doing(doing, added.error());
  } while (!token.empty());
  std::ranges::sort(listing.objects, {}, &net::S3Object::key);
  return listing;
}

/// Adds the objects of a page, and to the room what they take.
Result<void> S3Access::add(net::S3Page page, S3Listing& listing) const {
  std::size_t bytes = 0;
  for (net::S3Object& object : page.objects) {
    if (object.key.ends_with('/')) continue;
    bytes += sizeof object + object.key.capacity() + object.etag.capacity();
    listing.objects.push_back(std::move(object));
  }
  if (listing.objects.size() > most_listed_objects)
    return invalid_input("there are more than " + std::to_string(most_listed_objects) +
                         " objects (most_listed_objects); name folders that hold fewer");
  if (bytes > listing_bytes_.bytes() - listing.room.bytes())
    return invalid_input(
        "the names of its objects take more than the share of server.memory for "
        "one listing, " +
        std::to_string(listing_bytes_.bytes()) +
        " bytes; name folders that hold fewer, or raise server.memory");
  return listing.room.grow(bytes);
}

Result<S3Listing> S3Access::find(const S3Location& place) const {
  if (!place.key.empty() && !place.key.ends_with('/')) {
    auto object = client_.head(place.bucket, place.key, stop_);
    if (!object) return object.error();
    if (*object) return S3Listing{.objects = {**std::move(object)}};
  }
  return list_folder(place);
}

std::unique_ptr<S3Rows> S3Access::read(const std::string& bucket, S3Listing listing,
                                       std::optional<TimePoint> latest_allowed) const {
  return std::make_unique<S3Rows>(
      client_, bucket, std::move(listing), RowSchema{spec_, latest_allowed}, s3_.format,
      S3FetchLimits{.part_bytes = s3_.part_bytes, .parallel_requests = s3_.parallel_requests},
      part_bytes_, stop_);
}

}  // namespace bellwether::ingest
