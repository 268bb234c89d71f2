#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/problem.hpp"
#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/aws_defaults.hpp"
#include "bellwether/domain/lookback.hpp"
#include "bellwether/domain/row_format.hpp"

namespace bellwether {

/// Where a request names the bucket.
enum class S3Addressing : std::uint8_t {
  automatic,  ///< On AWS in the host's name, where the bucket's name has no dot; else in the path.
  path,
  virtual_host,
};

std::string_view to_string(S3Addressing addressing);
std::optional<S3Addressing> parse_s3_addressing(std::string_view text);

/// Rows are read from the objects of an S3-style service, one folder per interval.
struct S3SourceSpec {
  std::string connection{};  ///< Of this name, in place of endpoint, region and credentials.
  std::string path;  ///< `s3://bucket/live/{{yyyyMMdd}}/{{HHmm}}/`; empty where only `historical`
                     ///< is read.
  std::vector<std::string> historical;  ///< Folders or objects, read whole and first.
  RowFormat format = CsvFormat{};

  std::string endpoint;  ///< Empty: `aws.s3_endpoint`.
  std::string region;    ///< Empty: `aws.region`.
  S3Addressing addressing = S3Addressing::automatic;
  AwsCredentials credentials;  ///< Not set: `aws.credentials`, else the environment's.
  bool anonymous = false;      ///< Send requests unsigned.
  std::string ca_file;         ///< Certificates to trust, PEM; empty: the host's.

  std::optional<Lookback> lookback;  ///< Absent: as many intervals as the detector learns from.
  std::uint64_t historical_intervals = 2500;  ///< Of `historical` only so many, the newest, count.
  Duration give_up_after{0};                  ///< Zero: half an interval, at most ten minutes.
  std::uint64_t part_bytes = 8U << 20U;  ///< Longer objects are fetched in parts of so many bytes.
  std::uint64_t parallel_requests = 4;

  bool operator==(const S3SourceSpec&) const = default;
};

Problems validate(const S3SourceSpec& s3);

/// How long an interval of `interval` is tried before it is skipped.
Duration give_up_after(const S3SourceSpec& s3, Duration interval);

/// `s3://bucket/key` in its parts; the key may be empty, or a template.
struct S3Location {
  std::string bucket;
  std::string key;

  bool operator==(const S3Location&) const = default;
};
Result<S3Location> parse_s3_location(std::string_view text);

}  // namespace bellwether
