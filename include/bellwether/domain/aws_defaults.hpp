#pragma once

#include <string>

#include "bellwether/domain/secret_source.hpp"

namespace bellwether {

/// What requests to AWS-style services are signed with.
struct AwsCredentials {
  std::string access_key_id;
  SecretSource secret;
  SecretSource session_token;

  bool is_set() const { return !access_key_id.empty(); }
  bool operator==(const AwsCredentials&) const = default;
};

/// Where AWS-style services are and who we are there, unless a source or sink says otherwise.
struct AwsDefaults {
  std::string region = "us-east-1";
  std::string account = "000000000000";  ///< In the names of our own resources.
  std::string s3_endpoint;               ///< Empty: AWS's own.
  std::string sns_endpoint;
  std::string lambda_endpoint;
  AwsCredentials credentials;

  bool operator==(const AwsDefaults&) const = default;
};

}  // namespace bellwether
