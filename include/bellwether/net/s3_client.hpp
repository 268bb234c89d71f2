#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "bellwether/base/clock.hpp"
#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/net/aws_keys.hpp"
#include "bellwether/net/http_client.hpp"
#include "bellwether/net/s3_list.hpp"

namespace bellwether::net {

/// Where an S3-style service is and how it is spoken to.
struct S3Endpoint {
  std::string url;  ///< Scheme, host and port; empty: AWS's own for the region.
  std::string region = "us-east-1";
  bool is_path_style = true;  ///< The bucket begins the path; else it begins the host's name.
  std::string ca_file;        ///< PEM; empty: the host's certificates.
};

/// How often and how long a request is tried.
struct S3Patience {
  int attempts = 5;
  Duration first_wait{200};                        ///< Doubles from one attempt to the next ...
  Duration longest_wait{std::chrono::seconds(5)};  ///< ... up to here.
  Duration timeout{std::chrono::minutes(5)};       ///< Of one attempt.
  Duration idle_timeout{std::chrono::seconds(20)};
};

/// A stretch of an object's bytes.
struct S3Range {
  std::uint64_t first = 0;
  std::uint64_t length = 0;
};

/// Lists and reads the objects of S3-style services, each request signed, and tried again while the
/// service is busy, out of reach or breaks off.
///
/// Errors   name bucket, key, status and the service's own code, and say what to do. not_found: no
///          such bucket or key, or the object was overwritten since it was listed. forbidden: keys,
///          rights, clock. unavailable: after the last attempt. cancelled: a stop was asked for.
/// Threads  any.
class S3Client {
 public:
  /// `http` and `wall_clock`, by which requests are signed, outlive it.
  S3Client(HttpClient& http, S3Endpoint endpoint, AwsKeySource keys, const Clock& wall_clock,
           S3Patience patience = {});

  /// One page of the objects whose keys begin with `prefix` and hold no slash after it. `token` is
  /// that of the page before.
  Result<S3Page> list(const std::string& bucket, const std::string& prefix,
                      const std::string& token, const std::stop_token& stop) const;

  /// The object of exactly this key, if there is one.
  Result<std::optional<S3Object>> head(const std::string& bucket, const std::string& key,
                                       const std::stop_token& stop) const;

  /// Bytes of the object as it was listed: all of the range, or an error.
  Result<std::string> get(const std::string& bucket, const S3Object& object, S3Range range,
                          const std::stop_token& stop) const;

 private:
  struct Call;

  Result<HttpResponse> send(const Call& call, const std::stop_token& stop) const;
  Result<HttpResponse> try_once(const Call& call, const std::stop_token& stop) const;
  Error refused(const Call& call, const std::string& access_key_id,
                const HttpResponse& response) const;

  HttpClient& http_;
  S3Endpoint endpoint_;
  AwsKeySource keys_;
  const Clock& wall_clock_;
  S3Patience patience_;
};

}  // namespace bellwether::net
