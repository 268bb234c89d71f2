#pragma once

#include <string>

#include "bellwether/document/section.hpp"
#include "bellwether/domain/aws_defaults.hpp"
#include "bellwether/domain/secret_source.hpp"

namespace bellwether::document {

/// Reads `<name>_file` and `<name>_env`, and refuses the secret itself.
SecretSource read_secret(Section& section, const std::string& name);
void write_secret(Node& node, const std::string& name, const SecretSource& secret);

/// Reads a map with the keys for AWS-style services.
AwsCredentials read_aws_credentials(Section& section);
Node write_aws_credentials(const AwsCredentials& credentials);

}  // namespace bellwether::document
