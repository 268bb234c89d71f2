#pragma once

#include <string>
#include <vector>

#include "bellwether/api/api_settings.hpp"
#include "bellwether/base/problem.hpp"
#include "bellwether/domain/aws_defaults.hpp"
#include "bellwether/domain/secret_source.hpp"

namespace bellwether::config {

/// Who may sign requests to the AWS-compatible API.
struct AccessKey {
  std::string id;
  SecretSource secret;
  api::Role role = api::Role::viewer;

  bool operator==(const AccessKey&) const = default;
};

/// The `aws` section and the access keys. The keys are read and checked, so that a file may hold
/// them already; the API that uses them is not part of this version.
struct AwsSettings {
  std::string region = "us-east-1";
  std::string account = "000000000000";
  std::string s3_endpoint;
  std::string sns_endpoint;
  std::string lambda_endpoint;
  AwsCredentials credentials;
  std::vector<AccessKey> access_keys;

  bool operator==(const AwsSettings&) const = default;

  /// What sources and sinks need of it.
  AwsDefaults defaults() const {
    return {.region = region,
            .account = account,
            .s3_endpoint = s3_endpoint,
            .sns_endpoint = sns_endpoint,
            .lambda_endpoint = lambda_endpoint,
            .credentials = credentials};
  }
};

/// Problems of all but the access keys, which stand elsewhere in the file.
Problems validate(const AwsSettings& settings);

Problems validate(const AccessKey& key);

}  // namespace bellwether::config
