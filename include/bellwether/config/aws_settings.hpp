#pragma once

#include <string>
#include <vector>

#include "bellwether/api/api_settings.hpp"
#include "bellwether/base/problem.hpp"
#include "bellwether/domain/secret_source.hpp"

namespace bellwether::config {

/// Who may sign requests to the AWS-compatible API.
struct AccessKey {
  std::string id;
  SecretSource secret;
  api::Role role = api::Role::viewer;

  bool operator==(const AccessKey&) const = default;
};

/// What this server signs its own requests to AWS-style services with.
struct AwsCredentials {
  std::string access_key_id;
  SecretSource secret;
  SecretSource session_token;

  bool operator==(const AwsCredentials&) const = default;
};

/// The `aws` section and the access keys. Read and checked, so that a file may hold them already;
/// the sources, sinks and API that use them are not part of this version.
struct AwsSettings {
  std::string region = "us-east-1";
  std::string account = "000000000000";
  std::string s3_endpoint;
  std::string sns_endpoint;
  std::string lambda_endpoint;
  AwsCredentials credentials;
  std::vector<AccessKey> access_keys;

  bool operator==(const AwsSettings&) const = default;
};

/// Problems of all but the access keys, which stand elsewhere in the file.
Problems validate(const AwsSettings& settings);

Problems validate(const AccessKey& key);

}  // namespace bellwether::config
