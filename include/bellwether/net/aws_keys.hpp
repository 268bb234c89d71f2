#pragma once

#include <functional>
#include <optional>
#include <string>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/aws_defaults.hpp"
#include "bellwether/net/aws_signature.hpp"

namespace bellwether::net {

/// The value of an environment variable, if it is set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment process_environment();

/// The keys AWS's own tools would take: AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY and
/// AWS_SESSION_TOKEN, else those of profile AWS_PROFILE (`default`) in AWS_SHARED_CREDENTIALS_FILE
/// (`~/.aws/credentials`).
///
/// Errors   not_found: there are none. invalid_input: half of them, or a named file or profile that
///          is not there. No message holds a part of a secret.
Result<AwsKeys> find_aws_keys(const Environment& environment);

/// Gives the keys for the next request, which may have been renewed; empty ones: it goes unsigned.
using AwsKeySource = std::function<Result<AwsKeys>()>;

/// Keys as they are configured: `own` ones, else `shared` ones, else those of AWS's own tools.
/// Secrets are read anew for each request. `cure` completes "there are no credentials: ".
AwsKeySource make_aws_key_source(const AwsCredentials& own, const AwsCredentials& shared,
                                 std::string cure);

}  // namespace bellwether::net
