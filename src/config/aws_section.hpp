#pragma once

#include "bellwether/config/aws_settings.hpp"
#include "bellwether/document/section.hpp"

namespace bellwether::config {

AwsSettings read_aws(document::Section& section);

}  // namespace bellwether::config
