#pragma once

#include <string>
#include <string_view>

#include "bellwether/domain/aws_names.hpp"
#include "bellwether/net/aws_client.hpp"
#include "bellwether/sinks/sink.hpp"

namespace bellwether::sinks {

/// A field of an ARN, counted from 0: `arn:partition:service:region:account:...`.
std::string_view arn_field(std::string_view arn, int field);

/// Our own names in messages of the AWS dialect.
AwsNames aws_names(const SinkContext& context);

/// Calls the service that `arn` belongs to. What the spec, an SnsSpec or a LambdaSpec, leaves out
/// follows the `aws` section, then the ARN, then AWS.
template <class Spec>
net::AwsClient make_aws_client(const Spec& spec, const std::string& arn,
                               const std::string& shared_endpoint, const SinkLimits& limits,
                               const SinkContext& context) {
  net::AwsEndpoint endpoint{
      .url = spec.endpoint.empty() ? shared_endpoint : spec.endpoint,
      .scope = {.region = spec.region.empty() ? std::string(arn_field(arn, 3)) : spec.region,
                .service = std::string(arn_field(arn, 2))},
      .ca_file = spec.ca_file,
      .allow_private_targets = limits.allow_private_targets,
      .timeout = spec.timeout,
      .stop = context.stop};
  if (endpoint.url.empty()) endpoint.url = net::aws_service_url(endpoint.scope, arn_field(arn, 1));
  const std::string section = endpoint.scope.service;
  return {context.http, std::move(endpoint),
          net::make_aws_key_source(spec.credentials, context.aws.credentials,
                                   "give " + section + ".credentials or aws.credentials"),
          context.clock};
}

}  // namespace bellwether::sinks
