#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bellwether/base/problem.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/aws_defaults.hpp"

namespace bellwether {

/// How a message to an SNS topic reads.
enum class SnsFormat : std::uint8_t { json, long_text, short_text };

std::string_view to_string(SnsFormat format);
std::optional<SnsFormat> parse_sns_format(std::string_view text);

/// A topic of an SNS-compatible service. What is empty follows the `aws` section.
struct SnsSpec {
  std::string topic_arn;
  SnsFormat format = SnsFormat::json;
  std::string endpoint;
  std::string region;  ///< Empty: the topic's own.
  AwsCredentials credentials;
  std::string ca_file;
  Duration timeout{std::chrono::seconds(10)};

  bool operator==(const SnsSpec&) const = default;
};

Problems validate(const SnsSpec& sns);

/// A function of a Lambda-compatible service, invoked asynchronously.
struct LambdaSpec {
  std::string function_arn;
  std::string endpoint;
  std::string region;
  AwsCredentials credentials;
  std::string ca_file;
  Duration timeout{std::chrono::seconds(10)};

  bool operator==(const LambdaSpec&) const = default;
};

Problems validate(const LambdaSpec& lambda);

}  // namespace bellwether
